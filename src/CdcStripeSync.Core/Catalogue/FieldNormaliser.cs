using System.Collections.Immutable;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Catalogue;

/// <summary>Whether a desired value and what Stripe shows mean the same, where Stripe writes it in another way.</summary>
public static class FieldNormaliser
{
    /// <summary>Equal by meaning: numbers by value also as text, currencies in any case, an expanded reference by its id,
    /// JSON by its content, no value like an empty text, list or object; members that only Stripe shows do not count.</summary>
    public static bool AreEqual(ResourceType type, FieldPath path, FieldValue desired, FieldValue observed) =>
        Same(type.Field(path), desired, observed);

    private static bool Same(FieldType? type, FieldValue desired, FieldValue observed)
    {
        if (IsEmpty(desired) || IsEmpty(observed)) return IsEmpty(desired) && IsEmpty(observed);
        return type?.Kind switch
        {
            FieldKind.Integer or FieldKind.Decimal => Number(desired) is { } mine ? mine == Number(observed) : desired.Equals(observed),
            FieldKind.Boolean => Boolean(desired) is { } mine ? mine == Boolean(observed) : desired.Equals(observed),
            FieldKind.Text or null => SameText(type, desired, observed),
            FieldKind.List => SameItems(type, desired, observed),
            FieldKind.Object or FieldKind.Map => SameMembers(type, desired, observed),
            _ => throw new InvalidOperationException($"{type.Kind} is no field kind"),
        };
    }

    private static bool IsEmpty(FieldValue value) => value switch
    {
        FieldValue.None => true,
        FieldValue.Text text => text.Value.Length == 0,
        FieldValue.List list => list.Items.IsEmpty,
        FieldValue.Object o => o.Members.Values.All(IsEmpty),
        FieldValue.Number or FieldValue.Boolean => false,
        _ => throw new InvalidOperationException($"{value.GetType().Name} is no value"),
    };

    private static bool SameText(FieldType? type, FieldValue desired, FieldValue observed)
    {
        if (Text(desired) is not { } mine || Text(observed) is not { } theirs) return desired.Equals(observed);
        if (mine.StartsWith('{') || mine.StartsWith('[')) return ColumnValue.Json(mine) == ColumnValue.Json(theirs);
        return string.Equals(mine, theirs, type?.Format == FieldFormat.Currency ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
    }

    private static bool SameItems(FieldType type, FieldValue desired, FieldValue observed) =>
        desired is FieldValue.List mine && observed is FieldValue.List theirs
        && mine.Items.Length == theirs.Items.Length
        && mine.Items.Zip(theirs.Items).All(pair => Same(type.Items, pair.First, pair.Second));

    private static bool SameMembers(FieldType type, FieldValue desired, FieldValue observed)
    {
        if (desired is not FieldValue.Object mine || observed is not FieldValue.Object theirs) return false;
        IEnumerable<string> names = type.Kind == FieldKind.Map ? mine.Members.Keys.Union(theirs.Members.Keys) : type.Members.Keys;
        return names.All(name => Same(
            type.Kind == FieldKind.Map ? type.Items : type.Members[name],
            mine.Members.GetValueOrDefault(name, FieldValue.Nothing),
            theirs.Members.GetValueOrDefault(name, FieldValue.Nothing)));
    }

    private static ExactDecimal? Number(FieldValue value) => value switch
    {
        FieldValue.Number number => number.Value,
        FieldValue.Text text when ExactDecimal.TryParse(text.Value, out var number) => number,
        _ => null,
    };

    private static bool? Boolean(FieldValue value) => value switch
    {
        FieldValue.Boolean boolean => boolean.Value,
        FieldValue.Text { Value: "true" } => true,
        FieldValue.Text { Value: "false" } => false,
        _ => null,
    };

    private static string? Text(FieldValue value) => value switch
    {
        FieldValue.Text text => text.Value,
        FieldValue.Number number => number.Value.ToString(),
        FieldValue.Boolean boolean => boolean.Value ? "true" : "false",
        FieldValue.Object o when o.Members.GetValueOrDefault("id") is FieldValue.Text id => id.Value,
        _ => null,
    };
}
