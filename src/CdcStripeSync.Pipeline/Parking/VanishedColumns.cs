using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ordering;

namespace CdcStripeSync.Pipeline.Parking;

/// <summary>Mapped columns that the newest schema of a table no longer has: its resource stops there, its rows wait until they are back. Of the schemas
/// that a table's partitions bring, in whatever order, the newest change's counts. Thread-safe.</summary>
internal sealed class VanishedColumns
{
    private const string Lacks = "the writer's schema lacks";
    private readonly Lock _lock = new();

    /// <summary>The newest change of each table whose schema was seen, and what that lacks; empty where it lacks nothing.</summary>
    private readonly Dictionary<(string Resource, TableId Table), (StreamPosition At, string Missing)> _newest = [];

    /// <summary>Those of which a complete schema was seen since partitions last came.</summary>
    private readonly HashSet<(string Resource, TableId Table)> _complete = [];

    /// <summary>Those that go on, whose rows nobody has woken yet.</summary>
    private readonly HashSet<(string Resource, TableId Table)> _goOn = [];

    /// <summary>The columns that a resource lacks in a table; null where it lacks none.</summary>
    public string? Of(EntityKey key)
    {
        lock (_lock) return _newest.GetValueOrDefault((key.Resource, key.Table)).Missing is { Length: > 0 } missing ? missing : null;
    }

    /// <summary>Looks at the schema of an event that counts.</summary>
    /// <returns>Whether the resource stops now.</returns>
    public bool Look(ResourceMap map, ChangeEvent change)
    {
        if (change.WriterColumns is not { } writer || change.After is null) return false;
        var missing = string.Join(", ", map.Columns.Where(c => !writer.Contains(c)));
        var at = new StreamPosition(0, change.Position, change.CommittedAt);
        var stream = (map.Name, change.Table);
        lock (_lock)
        {
            var wasStopped = false;
            if (_newest.TryGetValue(stream, out var known))
            {
                if (EventOrder.IsAfter(known.At, at)) return false;
                wasStopped = known.Missing.Length > 0;
            }

            _newest[stream] = (at, missing);
            if (missing.Length > 0) return !wasStopped;
            if (_complete.Add(stream) || wasStopped) _goOn.Add(stream);
            return false;
        }
    }

    /// <summary>Rows may wait by the word of whoever had the partitions before: the next complete schema of each table lets them go on.</summary>
    public void PartitionsCame()
    {
        lock (_lock) _complete.Clear();
    }

    /// <summary>Whether the rows that wait for a table's columns are to be woken; the answer is given once.</summary>
    public bool TakeGoesOn(EntityKey key)
    {
        lock (_lock) return _goOn.Remove((key.Resource, key.Table));
    }

    public static ParkedRow Park(EntityKey key, string columns, DateTimeOffset since) => new(
        key, ParkReason.Held, "", $"{Lacks} {columns}", "put the column back, or take it out of the mapping and restart", since);

    public static bool IsCause(ParkedRow row) => row.Reason == ParkReason.Held && row.Message.StartsWith(Lacks, StringComparison.Ordinal);

    /// <summary>The row waits for columns, and the mapping names none of them any more.</summary>
    public static bool IsOver(ParkedRow row, ResourceMap map) => IsCause(row) && !row.Message[Lacks.Length..].Split(", ", StringSplitOptions.TrimEntries).Any(map.Columns.Contains);
}
