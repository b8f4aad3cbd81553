using System.Collections.Concurrent;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
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
        _tables.AddOrUpdate(table, t => new TablePosition(t, at.Epoch, at), (_, known) => IsOlder(at, known.TruncatedAt) ? known : known with { TruncatedAt = at });

    /// <summary>A truncate that is delivered again does not take back a newer one.</summary>
    private static bool IsOlder(StreamPosition at, StreamPosition? known) =>
        known is { } newest && (at.Epoch < newest.Epoch || (at.Epoch == newest.Epoch && at.Position.CompareTo(newest.Position) < 0));
}
