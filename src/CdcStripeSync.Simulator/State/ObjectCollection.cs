using System.Text.Json.Nodes;

namespace CdcStripeSync.Simulator.State;

/// <summary>The objects of one resource in the order of creation, with look-ups by the fields that lists are narrowed by.</summary>
internal sealed class ObjectCollection(string name, params string[] indexed)
{
    private readonly Dictionary<string, Entry> byId = [];
    private readonly List<Entry> ordered = [];
    private readonly Dictionary<string, Dictionary<string, SortedList<long, Entry>>> indexes =
        indexed.ToDictionary(f => f, _ => new Dictionary<string, SortedList<long, Entry>>());

    private long sequence;

    public string Name => name;

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Entry> Ordered => ordered;

    public Entry? Find(string id) => byId.GetValueOrDefault(id);

    public bool IsIndexed(string field) => indexes.ContainsKey(field);

    /// <summary>The objects whose field is this text, oldest first.</summary>
    public IReadOnlyList<Entry> With(string field, string value) =>
        indexes[field].TryGetValue(value, out var found) ? [.. found.Values] : [];

    public void Add(JsonObject json)
    {
        var entry = new Entry(++sequence, (string)json["id"]!, json);
        byId.Add(entry.Id, entry);
        ordered.Add(entry);
        Index(entry, add: true);
    }

    public void Replace(Entry entry, JsonObject json)
    {
        Index(entry, add: false);
        entry.Json = json;
        Index(entry, add: true);
    }

    public void Remove(Entry entry)
    {
        Index(entry, add: false);
        byId.Remove(entry.Id);
        ordered.RemoveAt(Position(ordered, entry.Sequence));
    }

    public void Clear()
    {
        byId.Clear();
        ordered.Clear();
        foreach (var index in indexes.Values) index.Clear();
    }

    /// <summary>Where the object with this sequence stands, or the complement of where it would.</summary>
    public static int Position(IReadOnlyList<Entry> entries, long sequence)
    {
        int low = 0, high = entries.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = entries[middle].Sequence.CompareTo(sequence);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }

    private void Index(Entry entry, bool add)
    {
        foreach (var (field, index) in indexes)
        {
            if (entry.Json[field] is not JsonValue value || !value.TryGetValue<string>(out var text)) continue;
            if (!index.TryGetValue(text, out var found)) index[text] = found = [];
            if (add) found.Add(entry.Sequence, entry);
            else found.Remove(entry.Sequence);
            if (found.Count == 0) index.Remove(text);
        }
    }
}
