using System.Collections.Concurrent;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Intake;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ordering;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Works off one lane: folds what waits, delivers, settles, and wakes who waited for it.</summary>
internal sealed class LaneRunner(DeliveryParts parts, TableBook tables, Action<EntityKey, LaneWork> addWork)
{
    private readonly EntityDelivery _delivery = new(parts, new KeyedLock<string>());
    private readonly ConcurrentDictionary<EntityKey, ParkedRow> _parked = new();
    private readonly ConcurrentDictionary<string, bool> _vanished = new();

    public int Parked => _parked.Count;

    public async Task LoadParkedAsync(CancellationToken cancellationToken)
    {
        foreach (var row in await parts.Store.ParkedAsync(null, 1_000_000, cancellationToken)) _parked[row.Key] = row;
    }

    public async Task RunAsync(KeyLane lane, CancellationToken stop)
    {
        var works = lane.TakeAll();
        if (works.Count == 0) return;
        if (parts.Mapping.Find(lane.Key.Resource) is not { } map)
        {
            foreach (var work in works) work.Ticket?.PartSettled();
            return;
        }

        var entity = new EntityWork(map, await parts.Entities.GetAsync(lane.Key, stop));
        if (_parked.TryGetValue(lane.Key, out var before)) entity.Approved = before.Approved;
        lane.PutBack(Fold(entity, works));
        foreach (var rename in works.OfType<LaneWork.Rename>()) await MoveAsync(entity, rename, stop);
        var parked = await _delivery.DeliverAsync(entity, lane, Refold, stop);
        await SettleAsync(entity, parked, stop);
    }

    /// <summary>Folds in what arrived meanwhile; answers whether anything could be.</summary>
    private bool Refold(EntityWork entity, KeyLane lane)
    {
        var waiting = lane.TakeAll();
        var left = Fold(entity, waiting);
        lane.PutBack(left);
        return left.Count < waiting.Count;
    }

    private IReadOnlyList<LaneWork> Fold(EntityWork entity, IReadOnlyList<LaneWork> works) => entity.Fold(works, (change, verdict, vanished) =>
    {
        parts.Observer.Judged(entity.State.Key, change, verdict.ToString());
        if (verdict == Verdict.NewEpoch)
            parts.Observer.Alarm($"{change.Table}: positions fell while time went on (at {change.Position}): a fail-over, a restore or a new server; older positions block nothing", "check that the new server holds all rows; rows deleted meanwhile get no delete event");
        if (vanished && _vanished.TryAdd($"{change.Table}", true))
            parts.Observer.Alarm($"{change.Table}: the writer's schema lacks mapped columns: {string.Join(", ", entity.Map.Columns.Where(c => !change.WriterColumns!.Contains(c)))}", "put the column back or take it out of the mapping; rows keep the last known value");
    });

    private async Task SettleAsync(EntityWork entity, ParkedRow? parked, CancellationToken stop)
    {
        var key = entity.State.Key;
        var wasParked = _parked.ContainsKey(key);
        parts.Entities.Put(entity.State);
        await parts.Writer.WriteAsync(entity.Batch(parked, wasParked), stop);
        entity.Settled();
        if (parked is not null)
        {
            if (!_parked.TryGetValue(key, out var known) || known.Message != parked.Message) parts.Observer.Parked(parked);
            _parked[key] = parked;
            await LookAgainAsync(parked, stop);
        }
        else if (_parked.TryRemove(key, out _))
        {
            parts.Observer.Unparked(key);
        }

        foreach (var work in entity.Folded) work.Ticket?.PartSettled();
        foreach (var (other, work) in entity.Afterwards) addWork(other, work);
        parts.Observer.Settled(entity.State, entity.CommittedAt, entity.Requests, entity.Changes, entity.IsLive);
    }

    /// <summary>The parent may have come between the look and the parking: then nobody would wake this row.</summary>
    private async Task LookAgainAsync(ParkedRow parked, CancellationToken stop)
    {
        if (parked.Reason != ParkReason.Parent) return;
        var slash = parked.WaitsFor.IndexOf('/', StringComparison.Ordinal);
        var parents = parts.Mapping.Resources.Where(r => r.Type.Name == parked.WaitsFor[..slash]);
        foreach (var parent in parents)
        {
            foreach (var found in await parts.Store.FindAsync(parent.Name, parked.WaitsFor[(slash + 1)..], stop))
            {
                if (found.StripeId is null || found.Intent is not null) continue;
                addWork(parked.Key, new LaneWork.Wake());
                return;
            }
        }
    }

    /// <summary>The Link moves whole; the old key keeps only the positions it held. The other half of the change finds it moved already.</summary>
    private async Task MoveAsync(EntityWork old, LaneWork.Rename rename, CancellationToken stop)
    {
        try
        {
            if (old.State.Phase == EntityPhase.Renamed || (old.State.StripeId is null && !old.State.RowExists)) return;
            var fresh = await parts.Entities.GetAsync(rename.NewKey, stop);
            var table = tables.Of(rename.Change.Table);
            var verdict = EventOrder.Judge(old.State, rename.Change with { Op = ChangeOp.Delete }, table);
            if (verdict == Verdict.Stale) return;
            var (retired, moved) = Ordering.Fold.Rename(old.State, fresh, rename.Change, rename.NewKeyRow, EventOrder.EpochOf(old.State, verdict, table), old.Map);
            parts.Entities.Put(moved);
            parts.Entities.Put(retired);
            await parts.Writer.WriteAsync(new StateBatch { Entities = [moved, retired] }, stop);
            old.State = retired;
            addWork(rename.NewKey, new LaneWork.Wake());
            foreach (var waiting in await parts.Store.WaitersAsync($"{old.Map.Type.Name}/{rename.NewKey.Key}", stop)) addWork(waiting.Key, new LaneWork.Wake());
        }
        finally
        {
            rename.Done.TrySetResult();
        }
    }
}
