using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>A key as StringConverter writes it into a header: Java's own text of a structure, <c>Struct{id=40,name=x}</c>, in which nothing is
/// quoted and nulls are left out.</summary>
internal static class StructText
{
    private const string Begin = "Struct{";

    public static bool Is(string text) => text.StartsWith(Begin, StringComparison.Ordinal) && text[^1] == '}';

    /// <summary>Null where it does not tell for certain where one column ends and another begins.</summary>
    /// <param name="key">The columns that it has, and what their values are.</param>
    /// <param name="hasAll">It has each of them. Else a text in it, but for the last column's, may hold what looks like the next.</param>
    /// <exception cref="FormatException">A column's text is no value of its kind.</exception>
    public static Row? Of(string text, RecordKey key, bool hasAll)
    {
        var like = key.Columns;
        var inner = "," + text[Begin.Length..^1];
        var columns = new List<(string Name, int At, int Value)>();
        foreach (var name in like.Select(c => c.Key))
        {
            var sign = $",{name}=";
            var at = inner.IndexOf(sign, StringComparison.Ordinal);
            if (at < 0 && !hasAll) continue;
            if (at < 0 || at != inner.LastIndexOf(sign, StringComparison.Ordinal)) return null;
            columns.Add((name, at, at + sign.Length));
        }

        columns.Sort((one, other) => one.At.CompareTo(other.At));
        if (columns.Count == 0 || columns[0].At != 0) return null;
        if (!hasAll && columns.SkipLast(1).Any(c => !IsPlain(like[c.Name].Kind))) return null;
        return Row.Of(columns.Select((c, i) =>
            KeyValuePair.Create(c.Name, KeyValue.OfJava(inner[c.Value..(i + 1 < columns.Count ? columns[i + 1].At : inner.Length)], like[c.Name], key.TypeOf(c.Name)))));
    }

    /// <summary>No such value can hold a comma.</summary>
    private static bool IsPlain(ColumnKind kind) => kind is ColumnKind.Boolean or ColumnKind.Integer or ColumnKind.Decimal or ColumnKind.Date or ColumnKind.Time or ColumnKind.Timestamp;
}
