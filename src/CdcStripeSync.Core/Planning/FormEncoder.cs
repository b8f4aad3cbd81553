using System.Globalization;
using System.Text;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>Stripe's form encoding: <c>metadata[sku]=1&amp;tiers[0][up_to]=inf</c>; what has no value is sent empty, which clears it.</summary>
/// <remarks>Members in ordinal order, so that the same parameters are the same bytes.</remarks>
public static class FormEncoder
{
    public static string Encode(FieldValue.Object parameters)
    {
        var form = new StringBuilder();
        foreach (var (name, value) in parameters.Members) Append(form, Uri.EscapeDataString(name), value);
        return form.ToString();
    }

    private static void Append(StringBuilder form, string name, FieldValue value)
    {
        switch (value)
        {
            case FieldValue.Object { Members.Count: > 0 } o:
                foreach (var (member, inner) in o.Members) Append(form, $"{name}[{Uri.EscapeDataString(member)}]", inner);
                break;
            case FieldValue.List { Items.Length: > 0 } list:
                for (var i = 0; i < list.Items.Length; i++) Append(form, string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]"), list.Items[i]);
                break;
            case FieldValue.None or FieldValue.Object or FieldValue.List: Pair(form, name, ""); break;
            case FieldValue.Text text: Pair(form, name, text.Value); break;
            case FieldValue.Boolean boolean: Pair(form, name, boolean.Value ? "true" : "false"); break;
            case FieldValue.Number number: Pair(form, name, number.Value.ToString()); break;
            default: throw new InvalidOperationException($"{value.GetType().Name} cannot be sent");
        }
    }

    private static void Pair(StringBuilder form, string name, string value)
    {
        if (form.Length > 0) form.Append('&');
        form.Append(name).Append('=').Append(Uri.EscapeDataString(value));
    }
}
