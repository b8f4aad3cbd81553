using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.App.Comparison;

/// <summary>Reads a field of a Stripe object by its path.</summary>
internal static class ObservedField
{
    public static FieldValue At(FieldValue.Object stripeObject, FieldPath path)
    {
        FieldValue value = stripeObject;
        foreach (var segment in path.Segments)
        {
            if (value is not FieldValue.Object o || !o.Members.TryGetValue(segment, out var member)) return FieldValue.Nothing;
            value = member;
        }

        return value;
    }

    public static string? Text(FieldValue.Object stripeObject, string path) =>
        At(stripeObject, FieldPath.Parse(path)) switch
        {
            FieldValue.Text text => text.Value,
            FieldValue.Boolean boolean => boolean.Value ? "true" : "false",
            FieldValue.Number number => number.Value.ToString(),
            _ => null,
        };
}
