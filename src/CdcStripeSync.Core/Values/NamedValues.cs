using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace CdcStripeSync.Core.Values;

/// <summary>Values beside shared names, as a dictionary.</summary>
internal sealed class NamedValues(ColumnNames names, ColumnValue[] values) : IReadOnlyDictionary<string, ColumnValue>
{
    public IReadOnlySet<string> Columns => names.All;

    public int Count => values.Length;

    public IEnumerable<string> Keys => names.Names;

    public IEnumerable<ColumnValue> Values => values;

    public ColumnValue this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException(key);

    public bool ContainsKey(string key) => names.PlaceOf(key) >= 0;

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out ColumnValue value)
    {
        var place = names.PlaceOf(key);
        value = place < 0 ? default : values[place];
        return place >= 0;
    }

    public IEnumerator<KeyValuePair<string, ColumnValue>> GetEnumerator()
    {
        for (var i = 0; i < values.Length; i++) yield return KeyValuePair.Create(names.Names[i], values[i]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
