using System.Collections.Concurrent;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Parking;

/// <summary>Mapped columns that the newest schema of a table no longer has: their resource stops, its rows wait until they are back.</summary>
internal sealed class VanishedColumns
{
    private const string Lacks = "the writer's schema lacks";
    private readonly ConcurrentDictionary<string, string> _missing = new(StringComparer.Ordinal);

    /// <summary>Resources of which a complete schema was seen since partitions last came.</summary>
    private readonly ConcurrentDictionary<string, bool> _complete = new(StringComparer.Ordinal);

    /// <summary>Resources that go on, whose rows nobody has woken yet.</summary>
    private readonly ConcurrentDictionary<string, bool> _goOn = new(StringComparer.Ordinal);

    /// <summary>The columns that a resource lacks; null where it lacks none.</summary>
    public string? Of(ResourceMap map) => _missing.GetValueOrDefault(map.Name);

    /// <summary>Looks at the schema of an event that counts.</summary>
    /// <returns>Whether the resource stops now.</returns>
    public bool Look(ResourceMap map, ChangeEvent change)
    {
        if (change.WriterColumns is not { } writer || change.After is null) return false;
        var missing = map.Columns.Where(c => !writer.Contains(c)).ToList();
        if (missing.Count == 0)
        {
            var wasStopped = _missing.TryRemove(map.Name, out _);
            if (_complete.TryAdd(map.Name, true) || wasStopped) _goOn[map.Name] = true;
            return false;
        }

        var isNews = Of(map) is null;
        _missing[map.Name] = string.Join(", ", missing);
        return isNews;
    }

    /// <summary>Rows may wait by the word of whoever had the partitions before: the next complete schema of each resource lets them go on.</summary>
    public void PartitionsCame() => _complete.Clear();

    /// <summary>Whether the rows that wait for a resource's columns are to be woken; the answer is given once.</summary>
    public bool TakeGoesOn(ResourceMap map) => _goOn.TryRemove(map.Name, out _);

    public static ParkedRow Park(EntityKey key, string columns, DateTimeOffset since) => new(
        key, ParkReason.Held, "", $"{Lacks} {columns}", "put the column back, or take it out of the mapping and restart", since);

    public static bool IsCause(ParkedRow row) => row.Reason == ParkReason.Held && row.Message.StartsWith(Lacks, StringComparison.Ordinal);

    /// <summary>The row waits for columns, and the mapping names none of them any more.</summary>
    public static bool IsOver(ParkedRow row, ResourceMap map) => IsCause(row) && !row.Message[Lacks.Length..].Split(", ", StringSplitOptions.TrimEntries).Any(map.Columns.Contains);
}
