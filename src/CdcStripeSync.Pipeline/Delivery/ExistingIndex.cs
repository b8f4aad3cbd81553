using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Objects of one resource by what a row can know of them: the id that the mapping chooses, our key in the metadata, the lookup key.</summary>
internal sealed class ExistingIndex(DateTimeOffset listedAt)
{
    private readonly Dictionary<string, Entry> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Entry>> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Entry>> _byLookupKey = new(StringComparer.Ordinal);

    public DateTimeOffset ListedAt => listedAt;

    /// <summary>In the list's order: newest first.</summary>
    public void Add(FieldValue.Object found)
    {
        if (found.Text("id") is not { } id) return;
        var ourKey = OurKeyOf(found);
        var entry = new Entry(id, ourKey, found.Members.GetValueOrDefault("active") is not FieldValue.Boolean { Value: false }, found.Text("product"));
        _byId[id] = entry;
        if (ourKey is not null) Put(_byKey, ourKey, entry);
        else if (found.Text("lookup_key") is { } lookupKey) Put(_byLookupKey, lookupKey, entry);
    }

    /// <summary>Objects that carry the row's key.</summary>
    public IEnumerable<string> OursOf(EntityKey row) => _byKey.TryGetValue(ReservedMetadata.KeyValue(row.RowText), out var ours) ? ours.Select(e => e.Id) : [];

    /// <summary>The row's own key comes first: an object that carries it is the row's, whatever id an earlier key gave it.</summary>
    /// <param name="others">Objects that do not count. One that another row is linked to and that carries this row's key went with the row that had the key
    /// before, and is told so a moment later.</param>
    public ExistingMatch Find(ResourceMap map, EntityKey row, PlanStep create, bool foreign, IReadOnlySet<string> others)
    {
        var key = ReservedMetadata.KeyValue(row.RowText);
        if (_byKey.TryGetValue(key, out var labelled) && labelled.Where(e => !others.Contains(e.Id)).ToList() is { Count: > 0 } ours) return OfOurs(ours);
        if (create.Command.Parameters.Text("id") is { } chosen && _byId.TryGetValue(chosen, out var byId))
        {
            if (byId.OurKey is { } other) return new ExistingMatch(null, $"{chosen} carries the key {other} of another row");
            return foreign ? new ExistingMatch(chosen, null) : ExistingMatch.None;
        }

        if (!foreign || create.Command.Parameters.Text("lookup_key") is not { } lookupKey || !_byLookupKey.TryGetValue(lookupKey, out var named)) return ExistingMatch.None;
        var fitting = named.Where(e => e.Active && (map.Parent is null || e.Product is null || e.Product == create.ParentId)).ToList();
        return fitting.Count switch
        {
            0 => ExistingMatch.None,
            1 => new ExistingMatch(fitting[0].Id, null),
            _ => new ExistingMatch(null, $"several objects have the lookup key {lookupKey}: {Ids(fitting)}"),
        };
    }

    /// <summary>Listed a while ago, the object may have gone to another row meanwhile: it says so itself.</summary>
    public static bool CanBeOf(EntityKey row, FieldValue.Object found) => OurKeyOf(found) is not { } key || key == ReservedMetadata.KeyValue(row.RowText);

    private static string? OurKeyOf(FieldValue.Object found) => (found.Members.GetValueOrDefault("metadata") as FieldValue.Object)?.Text(ReservedMetadata.Key);

    /// <summary>Predecessors of a succession are archived; of several archived ones the newest was the last.</summary>
    private static ExistingMatch OfOurs(List<Entry> ours)
    {
        var active = ours.Where(e => e.Active).ToList();
        return active.Count > 1 ? new ExistingMatch(null, $"several objects carry this row's key: {Ids(active)}") : new ExistingMatch((active.Count == 1 ? active : ours)[0].Id, null);
    }

    private static string Ids(List<Entry> entries) => string.Join(", ", entries.Select(e => e.Id));

    private static void Put(Dictionary<string, List<Entry>> index, string key, Entry entry)
    {
        if (!index.TryGetValue(key, out var entries)) index[key] = entries = [];
        entries.Add(entry);
    }

    private readonly record struct Entry(string Id, string? OurKey, bool Active, string? Product);
}
