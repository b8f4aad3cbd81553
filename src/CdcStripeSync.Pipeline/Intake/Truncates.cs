using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ordering;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Settling;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>A truncate is a position of the table, not of a key: rows below it are gone, and older rows that are read later are ignored. Its record
/// comes to one process only, and another may be writing rows from before it meanwhile: so whoever learns of it looks for such rows, from its
/// record, from the store, and once more when partitions have come whose former owner may have written until it died.</summary>
internal sealed class Truncates(DeliveryParts parts, TableBook tables, SweepRoom room, Action<EntityKey, LaneWork> addWork, Func<TableId, IReadOnlyList<EntityKey>> busyKeys)
{
    private const int PageSize = 500;
    private readonly DueTimes _lookAgain = new();

    /// <summary>Its record was read.</summary>
    public async Task TakeAsync(ChangeEvent change, RecordTicket ticket, CancellationToken stop)
    {
        var at = new StreamPosition(tables.Of(change.Table)?.Epoch ?? 0, change.Position, change.CommittedAt);
        await parts.Writer.WriteAsync(new StateBatch { TablePositions = [tables.Truncated(change.Table, at)] }, stop);
        await SweepAsync(change, ticket, stop);
    }

    /// <summary>Partitions came: what their former owner wrote last is looked for when it can write no more.</summary>
    public void Assigned() => _lookAgain.Add(parts.Now + parts.Options.TakeOverAfter);

    /// <summary>Looks whether another process has read one.</summary>
    public async Task LearnAsync(CancellationToken stop)
    {
        var learnt = await tables.LoadAsync(stop);
        if (_lookAgain.Take(parts.Now)) learnt = tables.All;

        foreach (var table in learnt)
        {
            if (table.Truncate is { } change) await SweepAsync(change, null, stop);
        }
    }

    private async Task SweepAsync(ChangeEvent change, RecordTicket? ticket, CancellationToken stop)
    {
        foreach (var busy in busyKeys(change.Table)) Add(busy, change, ticket); // what is on its way may not be in the store yet
        EntityKey? after = null;
        while (true)
        {
            await room.WaitAsync(stop);
            var page = await parts.Store.ListAsync(change.Table, false, after, PageSize, stop);
            foreach (var entity in page.Where(e => e.RowExists ? EventOrder.Judge(e, change, null) != Verdict.Stale : IsLeftUndone(e))) Add(entity.Key, change, ticket);
            if (page.Count < PageSize) return;
            after = page[^1].Key;
        }
    }

    /// <summary>The row's end is known, and who was carrying it out may have died.</summary>
    public static bool IsLeftUndone(EntityState gone) => gone.Intent is not null || gone is { StripeId: not null, Phase: EntityPhase.Linked };

    private void Add(EntityKey key, ChangeEvent change, RecordTicket? ticket)
    {
        ticket?.Add(1);
        addWork(key, new LaneWork.Event(change, null, ticket));
    }

    /// <summary>The truncate that a row is below, as a change of that row; null where there is none.</summary>
    public static ChangeEvent? Of(EntityState row, TablePosition? table) =>
        row.RowExists && table?.Truncate is { } change && EventOrder.Judge(row, change, null) != Verdict.Stale ? change : null;
}
