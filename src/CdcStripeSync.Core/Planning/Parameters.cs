using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>Builds nested parameters from field paths, and reads fields from nested objects.</summary>
public static class Parameters
{
    public static FieldValue.Object Empty { get; } = new(ImmutableSortedDictionary.Create<string, FieldValue>(StringComparer.Ordinal));

    public static FieldValue.Object With(this FieldValue.Object parameters, FieldPath path, FieldValue value) => With(parameters, path.Segments.AsSpan(), value);

    public static FieldValue.Object With(this FieldValue.Object parameters, string name, FieldValue value) => new(parameters.Members.SetItem(name, value));

    /// <summary>The value at a path; none where a member on the way is missing.</summary>
    public static FieldValue At(this FieldValue.Object stripeObject, FieldPath path)
    {
        FieldValue value = stripeObject;
        foreach (var segment in path.Segments)
        {
            if (value is not FieldValue.Object o || !o.Members.TryGetValue(segment, out var member)) return FieldValue.Nothing;
            value = member;
        }

        return value;
    }

    /// <summary>The text of a top-level field; an expanded object gives its id.</summary>
    public static string? Text(this FieldValue.Object stripeObject, string name) => stripeObject.Members.GetValueOrDefault(name) switch
    {
        FieldValue.Text text => text.Value,
        FieldValue.Object inner => inner.Text("id"),
        _ => null,
    };

    private static FieldValue.Object With(FieldValue.Object parameters, ReadOnlySpan<string> path, FieldValue value)
    {
        if (path.Length == 1) return parameters.With(path[0], value);
        var inner = parameters.Members.GetValueOrDefault(path[0]) as FieldValue.Object ?? Empty;
        return parameters.With(path[0], With(inner, path[1..], value));
    }
}
