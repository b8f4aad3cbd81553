using System.Globalization;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Columns;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>A key as StringConverter writes it into a header: Java's own text of a structure, <c>Struct{id=40,name=x}</c>, in which nothing is
/// quoted and nulls are left out.</summary>
internal static class StructText
{
    private const string Begin = "Struct{";

    /// <summary>Null where it is not such a text, or where it does not tell for certain where one column ends and another begins.</summary>
    /// <param name="key">The columns that it has, and what their values are.</param>
    public static Row? Of(string text, RecordKey key)
    {
        var like = key.Columns;
        if (!text.StartsWith(Begin, StringComparison.Ordinal) || text[^1] != '}') return null;
        var inner = "," + text[Begin.Length..^1];
        var columns = new List<(string Name, int At, int Value)>();
        foreach (var name in like.Select(c => c.Key))
        {
            var sign = $",{name}=";
            var at = inner.IndexOf(sign, StringComparison.Ordinal);
            if (at < 0 || at != inner.LastIndexOf(sign, StringComparison.Ordinal)) return null;
            columns.Add((name, at, at + sign.Length));
        }

        columns.Sort((one, other) => one.At.CompareTo(other.At));
        if (columns.Count == 0 || columns[0].At != 0) return null;
        return Row.Of(columns.Select((c, i) =>
            KeyValuePair.Create(c.Name, Typed(inner[c.Value..(i + 1 < columns.Count ? columns[i + 1].At : inner.Length)], like[c.Name], key.MeaningOf(c.Name)))));
    }

    private static ColumnValue Typed(string text, ColumnValue like, Meaning meaning) => like.Kind switch
    {
        ColumnKind.Boolean => ColumnValue.Of(text == "true"),
        ColumnKind.Decimal when ExactDecimal.TryParse(text, out var number) => ColumnValue.Of(number),
        ColumnKind.Integer or ColumnKind.Date or ColumnKind.Time or ColumnKind.Timestamp
            when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => SemanticTypes.Integer(meaning, number),
        _ => SemanticTypes.Text(meaning, text),
    };
}
