using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Orders a column's value against a literal of the mapping, by the literal's type.</summary>
internal static class LiteralOrder
{
    /// <summary>Below 0, 0 or above 0; null where the two cannot be compared.</summary>
    public static int? Compare(ColumnValue value, FieldValue literal) => literal switch
    {
        FieldValue.Number number => ColumnNumber.TryRead(value, out var mine) ? mine.CompareTo(number.Value) : null,
        FieldValue.Boolean boolean => ColumnBoolean.TryRead(value, out var mine) ? mine.CompareTo(boolean.Value) : null,
        FieldValue.Text text => CompareText(value, text.Value),
        FieldValue.None or FieldValue.List or FieldValue.Object => null,
        _ => null,
    };

    private static int? CompareText(ColumnValue value, string text)
    {
        if (value.Kind is ColumnKind.Date or ColumnKind.Timestamp)
        {
            return ColumnTime.TryParse(text, out var time) ? ColumnTime.ToInstant(value).CompareTo(time) : null;
        }

        if (value.Kind is ColumnKind.Integer or ColumnKind.Decimal or ColumnKind.Double && ExactDecimal.TryParse(text, out var number))
        {
            return ColumnNumber.TryRead(value, out var mine) ? mine.CompareTo(number) : null;
        }

        if (value.Kind is ColumnKind.Json && ColumnValue.Json(text) == value) return 0;
        var order = string.CompareOrdinal(value.ToText(), text);
        return value.Kind switch
        {
            // `no` is text in YAML 1.2: a boolean that is never equal to it would make every row a deleted one.
            ColumnKind.Boolean when text is not ("true" or "false") => null,
            // A list or an object is no text: only one that is written out can be it, or not.
            ColumnKind.Json or ColumnKind.Array or ColumnKind.Map when text is not ['{' or '[', ..] => null,
            // Infinities and NaN are equal to their own words; no number is to any other.
            ColumnKind.Integer or ColumnKind.Decimal or ColumnKind.Double when order != 0 => null,
            _ => order,
        };
    }
}
