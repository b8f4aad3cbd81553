using System.Collections;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace CdcStripeSync.Core.Values;

/// <summary>Column values by column name; a column that is not there is <see cref="ColumnValue.Unavailable"/>. Immutable.</summary>
public sealed class Row : IEquatable<Row>, IEnumerable<KeyValuePair<string, ColumnValue>>
{
    private readonly IReadOnlyDictionary<string, ColumnValue> _columns;

    private Row(IReadOnlyDictionary<string, ColumnValue> columns) => _columns = columns;

    public static Row Empty { get; } = new(FrozenDictionary<string, ColumnValue>.Empty);

    public int Count => _columns.Count;

    public ColumnValue this[string column] => _columns.TryGetValue(column, out var value) ? value : ColumnValue.Unavailable;

    /// <summary>True when the writer's schema had the column, even where its value is unavailable.</summary>
    public bool Has(string column) => _columns.ContainsKey(column);

    public static Row Of(IEnumerable<KeyValuePair<string, ColumnValue>> columns) =>
        new(new Dictionary<string, ColumnValue>(columns, StringComparer.Ordinal));

    /// <summary>Values in the order of their names. The array becomes the row's own: nobody may change it afterwards.</summary>
    public static Row Of(ColumnNames names, ColumnValue[] values) =>
        names.Count == values.Length ? new Row(new NamedValues(names, values)) : throw new ArgumentException($"{values.Length} values for {names.Count} names", nameof(values));

    public static Row Of(params (string Column, ColumnValue Value)[] columns) =>
        Of(columns.Select(c => KeyValuePair.Create(c.Column, c.Value)));

    /// <summary>The names of all columns, unavailable ones too.</summary>
    public IReadOnlySet<string> Columns => _columns is NamedValues named ? named.Columns : _columns.Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>Only these columns; one that is missing here stays missing.</summary>
    public Row Project(IEnumerable<string> columns) => columns is IReadOnlyList<string> listed && HasNoOther(listed)
        ? this
        : Of(columns.Where(Has).Distinct(StringComparer.Ordinal).Select(c => KeyValuePair.Create(c, this[c])));

    /// <summary>This newer image over an older one: a column that is unavailable here takes the older value, if there is one.</summary>
    public Row FoldOnto(Row older)
    {
        if (Replaces(older)) return this;
        var result = new Dictionary<string, ColumnValue>(older._columns, StringComparer.Ordinal);
        foreach (var (column, value) in _columns)
        {
            if (!value.IsUnavailable || !result.ContainsKey(column)) result[column] = value;
        }

        return new Row(result);
    }

    /// <summary>Every column is one of these. A row has few: looking for each is quicker than a set.</summary>
    private bool HasNoOther(IReadOnlyList<string> columns)
    {
        foreach (var (column, _) in _columns)
        {
            if (!columns.Contains(column)) return false;
        }

        return true;
    }

    /// <summary>Nothing of the older image is left beside this one.</summary>
    private bool Replaces(Row older)
    {
        foreach (var (column, _) in older._columns)
        {
            if (this[column].IsUnavailable) return false;
        }

        return true;
    }

    public bool Equals(Row? other)
    {
        if (other is null || other.Count != Count) return false;
        foreach (var (column, value) in _columns)
        {
            if (!other._columns.TryGetValue(column, out var theirs) || theirs != value) return false;
        }

        return true;
    }

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Row other && Equals(other);

    public override int GetHashCode() => Count;

    public IEnumerator<KeyValuePair<string, ColumnValue>> GetEnumerator() => _columns.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(", ", _columns.Select(c => $"{c.Key}={c.Value}"));
}
