using System.Collections.Concurrent;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ordering;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>The newest truncate of each table, as far as this process knows.</summary>
internal sealed class TableBook(IStateStore store)
{
    private readonly ConcurrentDictionary<TableId, TablePosition> _tables = new();

    public IReadOnlyList<TablePosition> All => [.. _tables.Values];

    /// <returns>What was not known here.</returns>
    public async Task<IReadOnlyList<TablePosition>> LoadAsync(CancellationToken cancellationToken)
    {
        var learnt = new List<TablePosition>();
        foreach (var table in await store.TablePositionsAsync(cancellationToken))
        {
            if (_tables.TryGetValue(table.Table, out var known) && (known == table || !table.Replaces(known))) continue;
            _tables[table.Table] = table;
            learnt.Add(table);
        }

        return learnt;
    }

    public TablePosition? Of(TableId table) => _tables.GetValueOrDefault(table);

    public TablePosition Truncated(TableId table, StreamPosition at) =>
        _tables.AddOrUpdate(table, t => new TablePosition(t, at.Epoch, at), (_, known) => known with { TruncatedAt = known.TruncatedAt is { } standing ? Newest(standing, at) : at });

    /// <summary>A truncate that is delivered again does not take back a newer one. Where the older one is higher, there was another log before.</summary>
    private static StreamPosition Newest(StreamPosition one, StreamPosition other)
    {
        var (older, newer) = IsOlder(one, other) ? (one, other) : (other, one);
        var isAnotherLog = older.Epoch == newer.Epoch && older.Position.CompareTo(newer.Position) > 0;
        return newer with { Since = EventOrder.Later(newer.Since, isAnotherLog ? older.CommittedAt : older.Since) };
    }

    /// <summary>A table's truncates lock one another out: they are in the order of their commits.</summary>
    private static bool IsOlder(StreamPosition one, StreamPosition other)
    {
        if (one.Epoch != other.Epoch) return one.Epoch < other.Epoch;
        if (one.CommittedAt is { } mine && other.CommittedAt is { } theirs && mine != theirs) return mine < theirs;
        return one.Position.CompareTo(other.Position) < 0;
    }
}
