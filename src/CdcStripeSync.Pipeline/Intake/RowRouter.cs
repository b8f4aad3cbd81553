using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
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
    DeliveryParts parts, TableBook tables, Action<EntityKey, LaneWork> addWork, Truncates truncates, VanishedRows vanished, PartitionRows? rows)
{
    private readonly KeyMoves _moves = new(addWork);

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
        if (change.Op == ChangeOp.Truncate) await _moves.IdleAsync(stop); // it looks for rows in their lanes and in the store
        if (change.Op == ChangeOp.Truncate) await truncates.TakeAsync(change, ticket, stop);
        if (change.EndsTable && maps.Count > 0) await vanished.TakeAsync(change, stop);
        List<(string Error, string Hint)> failures = [];
        foreach (var map in change.Op == ChangeOp.Truncate ? [] : maps)
        {
            if (map.KeyOf(change.Table, KeyRow(change)) is not { } key)
            {
                failures.Add((
                    $"the key columns {string.Join(", ", map.KeyColumns)} of {map.Name} are not in this {change.Op} event of {change.Table}",
                    "with message.key.columns a table needs REPLICA IDENTITY FULL; see `cdc-stripe check`"));
                continue;
            }

            var move = Moved(map, change, key);
            if (!KeySize.Fits(key) || (move is { To: var moved } && !KeySize.Fits(moved)))
            {
                failures.Add((
                    $"the row's key for {map.Name} is longer than the {KeySize.MostBytes} bytes that a row is found by: {KeySize.Bytes(key.Key)} bytes",
                    $"choose a shorter column for the key of {map.Name}, or shorten the row's; until then the row has no object"));
                continue;
            }

            if (move is var (from, to, row)) Move(change, from, to, row, ticket, stop);
            if (change.NewKey is not null) continue;
            ticket.Add(1);
            _moves.Add(key, new LaneWork.Event(change, tables.Of(change.Table), ticket) { Image = maps.Count == 1 ? ImageOf(record, change) : null });
        }

        if (failures.Count > 0) return new DecodedRecord.Unreadable(string.Join("; ", failures.Select(f => f.Error)), string.Join("; ", failures.Select(f => f.Hint).Distinct()), change.Table);
        ticket.PartSettled();
        return null;
    }

    private RowImage? ImageOf(SourceRecord record, ChangeEvent change) =>
        rows is not null && parts.Settled?.ImageOf(record, change) is { } image ? new RowImage(image, rows) : null;

    /// <summary>The key comes from the row: after, else before; a column that is not in it (<c>column.exclude.list</c> leaves it in the record's key), from there.</summary>
    public static Row KeyRow(ChangeEvent change) => (change.After ?? change.Before)?.FoldOnto(change.RecordKey) ?? change.RecordKey;

    /// <summary>Either half of a key change names both keys. Under an old one that is too long no row is kept: nothing moves.</summary>
    private static (EntityKey From, EntityKey To, Row Row)? Moved(ResourceMap map, ChangeEvent change, EntityKey key)
    {
        if (change.OldKey is { } old && map.KeyOf(change.Table, old.FoldOnto(change.After ?? Row.Empty)) is { } from && from != key && KeySize.Fits(from)) return (from, key, change.After ?? Row.Empty);
        if (change.NewKey is { } fresh && map.KeyOf(change.Table, fresh.FoldOnto(KeyRow(change))) is { } to && to != key) return (key, to, fresh);
        return null;
    }

    private void Move(ChangeEvent change, EntityKey from, EntityKey to, Row row, RecordTicket ticket, CancellationToken stop)
    {
        var moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ticket.Add(1);
        _moves.Move(from, new LaneWork.Rename(change, to, row, moved, ticket), stop);
    }
}
