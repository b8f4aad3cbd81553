using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Settling;
using CdcStripeSync.Pipeline.Unchanged;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>table → resource maps → entity keys. A key change moves the Link before what follows it; a truncate becomes a delete for each known row; where a snapshot has read
/// a table to its end, what it did not contain is looked for.</summary>
internal sealed class RowRouter(
    DeliveryParts parts, TableBook tables, Action<EntityKey, LaneWork> addWork, Truncates truncates, VanishedRows vanished, PartitionRows? rows, Action<Exception> failed)
{
    private readonly KeyMoves _moves = new(tables, addWork, failed);

    /// <summary>No row's work waits for a move: each record is compared with all that is known of its row.</summary>
    public bool IsIdle => _moves.IsIdle;

    /// <summary>Work that is no change, behind all that came before it for its row.</summary>
    public void Add(EntityKey key, LaneWork work) => _moves.Add(key, work);

    /// <summary>Drops what has not come to its row.</summary>
    public void Drop() => _moves.Drop();

    /// <returns>Why some of the table's resources cannot have the change, or null; the others have it. The ticket has one part open then, for whoever
    /// keeps the record.</returns>
    public async Task<DecodedRecord.Unreadable?> RouteAsync(SourceRecord record, ChangeEvent change, RecordTicket ticket, CancellationToken stop)
    {
        var maps = parts.Mapping.For(change.Table).ToList();
        change = DocumentFields.Completed(change, maps);
        if (change.Op == ChangeOp.Truncate) await _moves.IdleAsync(stop); // it looks for rows in their lanes and in the store
        if (change.Op == ChangeOp.Truncate) await truncates.TakeAsync(change, ticket, stop);
        if (change.EndsTable && maps.Count > 0) await vanished.TakeAsync(change, stop);
        var ways = change.Op == ChangeOp.Truncate ? [] : maps.ConvertAll(map => RowWay.Of(map, change));
        foreach (var way in ways)
        {
            if (way.Moved is var (from, to, row)) Move(change, from, to, row, ticket, stop);
            if (way.Ended is { } left) AddEvent(left, change with { Op = ChangeOp.Delete, After = null, OldKey = null, NewKey = null }, ticket, null);
            if (way.Changed is { } key) AddEvent(key, change, ticket, maps.Count == 1 ? ImageOf(record, change) : null);
        }

        if (ways.Count > 0 && ways.TrueForAll(w => w.IsOfNoObject)) parts.Observer.Skipped(record.Origin, SkippedKind.NoKey, change.CommittedAt);
        var failures = ways.Select(w => w.Failure).OfType<(string Error, string Hint)>().ToList();
        if (failures.Count > 0) return new DecodedRecord.Unreadable(string.Join("; ", failures.Select(f => f.Error)), string.Join("; ", failures.Select(f => f.Hint).Distinct()), change.Table);
        ticket.PartSettled();
        return null;
    }

    private RowImage? ImageOf(SourceRecord record, ChangeEvent change) =>
        rows is not null && parts.Settled?.ImageOf(record, change) is { } image ? new RowImage(image, rows) : null;

    private void AddEvent(EntityKey key, ChangeEvent change, RecordTicket ticket, RowImage? image)
    {
        ticket.Add(1);
        _moves.Add(key, new LaneWork.Event(change, tables.Of(change.Table), ticket) { Image = image });
    }

    private void Move(ChangeEvent change, EntityKey from, EntityKey to, Row row, RecordTicket ticket, CancellationToken stop)
    {
        var moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ticket.Add(1);
        _moves.Move(from, new LaneWork.Rename(change, to, row, moved, ticket), stop);
    }
}
