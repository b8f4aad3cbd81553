using System.Collections.Concurrent;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>The newest truncate of each table.</summary>
internal sealed class TableBook(IStateStore store)
{
    private readonly ConcurrentDictionary<TableId, TablePosition> _tables = new();

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var table in await store.TablePositionsAsync(cancellationToken)) _tables[table.Table] = table;
    }

    public TablePosition? Of(TableId table) => _tables.GetValueOrDefault(table);

    public TablePosition Truncated(TableId table, StreamPosition at) =>
        _tables.AddOrUpdate(table, t => new TablePosition(t, at.Epoch, at), (_, known) => known with { TruncatedAt = at });
}
