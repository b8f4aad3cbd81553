using System.Collections.Immutable;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Intake;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ordering;
using CdcStripeSync.Pipeline.Parking;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Unchanged;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Works off one lane: folds what waits, delivers, settles, and wakes who waited for it.</summary>
internal sealed class LaneRunner(DeliveryParts parts, TableBook tables, ParkedBook parked, Action<EntityKey, LaneWork> addWork)
{
    private readonly EntityDelivery _delivery = new(parts, new ClaimJudge(parts));
    private readonly KeyMove _keyMove = new(parts, tables, parked, addWork);
    private readonly VanishedRowCheck _vanishedRows = new(parts);
    private readonly KeyedLock<EntityKey> _entities = new();
    private readonly VanishedColumns _vanished = new();
    private readonly FailOvers _failOvers = new();

    public ParkedBook Parked => parked;

    /// <summary>More partitions are this process's now.</summary>
    public void PartitionsCame() => _vanished.PartitionsCame();

    /// <summary>With a row comes whether it waits and what it claims, by another process's word too.</summary>
    public async Task LoadedAsync(IReadOnlyCollection<EntityKey> keys, CancellationToken stop)
    {
        foreach (var key in keys) parts.Claims.Forget(key);
        await Parked.LookAsync(parts.Store, keys, stop);
    }

    public async Task RunAsync(KeyLane lane, CancellationToken stop)
    {
        var works = lane.Take();
        if (works.Count == 0) return;
        if (parts.Mapping.Find(lane.Key.Resource) is not { } map)
        {
            await AnswerAsync(works, stop); // a resource that is not mapped any more
            foreach (var work in works) work.Ticket?.PartSettled();
            return;
        }

        if (works is [LaneWork.Rename rename]) await MoveAsync(map, lane, rename, stop);
        else await DeliverAsync(map, lane, works, stop);
    }

    private async Task DeliverAsync(ResourceMap map, KeyLane lane, IReadOnlyList<LaneWork> works, CancellationToken stop)
    {
        using var held = await _entities.AcquireAsync(lane.Key);
        lane.Settled = null;
        var links = parts.Settled?.Links ?? 0;
        if (works.Any(w => w is not LaneWork.Event)) LookAfresh(lane.Key); // who is woken may be another process's row by now
        var entity = Work(map, await parts.Entities.GetAsync(lane.Key, stop));
        entity.Links = links;
        if (works is [LaneWork.Vanished presumed]) entity.State = await _vanishedRows.JudgeAsync(entity.State, map, presumed, stop);
        if (Truncates.Of(entity.State, tables.Of(lane.Key.Table)) is { } truncate) works = [new LaneWork.Event(truncate, null, null), .. works]; // written by a process that did not know of it
        lane.PutBack(Fold(entity, works));
        if (entity.State.Phase == EntityPhase.Renamed && works.Any(w => w is LaneWork.Event { Ticket: not null, Change.OldKey: null })) await _keyMove.Unheard.ReleaseAsync(lane.Key, stop);
        try
        {
            await FinishAsync(entity, lane, stop);
        }
        catch (StateConflictException)
        {
            TellOthers(entity);
            await ForgetAsync(map, entity, lane.Key, stop);
            if (await IsLeftToOthersAsync(entity, stop)) return;
            lane.PutBack(entity.Folded);
            await BeginAgainAsync(lane.Key, stop);
        }
    }

    /// <summary>All that is here woke the row, and the process that wrote it meanwhile is about to send what it wants: that one goes on with it, and should
    /// it die, its intent is found left. A stored call is heard again when the intent is done. What a record asks for is never left to others.</summary>
    private async Task<bool> IsLeftToOthersAsync(EntityWork entity, CancellationToken stop) =>
        entity.Folded.TrueForAll(w => w.CallId is not null || w is LaneWork.Wake { Ticket: null })
        && (await parts.Entities.GetAsync(entity.State.Key, stop)).Intent is { } theirs && !parts.IsLeft(theirs);

    /// <summary>Another process wrote this entity (its partition moved, or it woke the row): what is in memory of it is old, and everything is decided anew.</summary>
    private async Task ForgetAsync(ResourceMap map, EntityWork? entity, EntityKey key, CancellationToken stop)
    {
        LookAfresh(key);
        if (entity is not null) _delivery.ForgetParent(entity);
        parts.Claims.Clear();
        parts.Settled?.LinksChanged();
        await WakeWaitersAsync(map, key, stop);
    }

    private async Task BeginAgainAsync(EntityKey key, CancellationToken stop)
    {
        addWork(key, new LaneWork.Wake());
        await parts.BackOffAsync(1, stop);
    }

    /// <summary>The write that failed may be one that had been carried out before, and its answer was lost: then this process made the row's object,
    /// and nobody else tells those who wait for it.</summary>
    private async Task WakeWaitersAsync(ResourceMap map, EntityKey key, CancellationToken stop)
    {
        foreach (var waiting in await parts.Waiters.OfAsync($"{map.Type.Name}/{key.Key}", stop)) addWork(waiting.Key, new LaneWork.Wake());
    }

    private async Task MoveAsync(ResourceMap map, KeyLane lane, LaneWork.Rename rename, CancellationToken stop)
    {
        var moved = false;
        EntityWork? entity = null;
        try
        {
            // Both keys at once and always in the same order: two renames that cross never wait for each other.
            var isFirst = string.CompareOrdinal(lane.Key.ToString(), rename.NewKey.ToString()) < 0;
            using var one = await _entities.AcquireAsync(isFirst ? lane.Key : rename.NewKey);
            using var other = await _entities.AcquireAsync(isFirst ? rename.NewKey : lane.Key);
            lane.Settled = null;
            parts.Settled?.LinksChanged();
            LookAfresh(lane.Key); // a move may retire an object for good: it is never decided on what is remembered
            LookAfresh(rename.NewKey);
            if (await _keyMove.EarlierRowAsync(await parts.Entities.GetAsync(lane.Key, stop), rename, stop) is { } earlier) await RetireAsync(map, earlier, stop);
            entity = Work(map, await parts.Entities.GetAsync(lane.Key, stop));
            if (await _keyMove.Unheard.OnwardAsync(entity.State, rename, stop) is { } onward)
            {
                lane.PutBack([rename with { NewKey = onward }]);
                return;
            }

            var isKnown = entity.State is { Version: > 0, Phase: not EntityPhase.Renamed };
            moved = await _keyMove.MoveAsync(entity, rename, stop);
            if (!moved) entity.Folded.Add(rename);
            if (!moved && isKnown) await _keyMove.Unheard.ReleaseAsync(rename.NewKey, stop);
            await FinishAsync(entity, lane, stop);
            rename.Done.TrySetResult();
        }
        catch (StateConflictException)
        {
            if (moved) rename.Done.TrySetResult();
            if (entity is not null) TellOthers(entity);
            if (entity is not null) lane.PutBack(entity.Folded);
            if (!moved && entity?.Folded.Contains(rename) != true) lane.PutBack([rename]);
            await WakeWaitersAsync(map, rename.NewKey, stop);
            await ForgetAsync(map, entity, lane.Key, stop);
            await BeginAgainAsync(lane.Key, stop);
        }
        catch
        {
            rename.Done.TrySetResult();
            throw;
        }
    }

    /// <summary>What followed from the writes that stand; what was to be told with the one that failed is no news: who wrote instead tells it.</summary>
    private void TellOthers(EntityWork entity)
    {
        foreach (var (other, work) in entity.Afterwards.Where(a => entity.Calls.TrueForAll(c => c.Id != a.Work.CallId))) addWork(other, work);
    }

    private void LookAfresh(EntityKey key)
    {
        parts.Entities.Forget(key);
        parts.Claims.Forget(key);
    }

    /// <summary>As its delete would, which is read later and finds it done.</summary>
    private async Task RetireAsync(ResourceMap map, EntityState earlier, CancellationToken stop)
    {
        var entity = Work(map, earlier);
        entity.State = earlier with { RowExists = false, FirstImage = null };
        await FinishAsync(entity, new KeyLane(earlier.Key), stop);
    }

    private EntityWork Work(ResourceMap map, EntityState state)
    {
        var parked = Parked.Of(state.Key);
        return new EntityWork(map, state, finishes: !parts.Options.Shadow && (parked is null || !HoldsTheEnd(parked)), asks: parts.Rows is not null) { Approved = parked?.Approved == true };
    }

    /// <summary>What a row waits for would hold its end, too: not a parent or a value, which an end needs none of.</summary>
    private static bool HoldsTheEnd(ParkedRow parked) => !parked.Approved && parked.Reason switch
    {
        ParkReason.Breadth or ParkReason.NeedsPerson => true,
        ParkReason.Held => VanishedColumns.IsCause(parked),
        ParkReason.Parent or ParkReason.UnknownColumn or ParkReason.Conflict or ParkReason.Paused or ParkReason.KeyChange => false,
        _ => throw new InvalidOperationException($"park reason {parked.Reason}"),
    };

    private async Task FinishAsync(EntityWork entity, KeyLane lane, CancellationToken stop)
    {
        var revision = parts.Gate.Current.Revision;
        var parked = await OutcomeAsync(entity, lane, stop);
        if (Parked.Of(lane.Key) is { } known && parked?.Reason == known.Reason) parked = parked with { Since = known.Since };
        if (CannotBeCreated(entity.State, parked)) entity.State = entity.State with { FirstImage = null };
        parked = await SettleAsync(entity, parked, revision, stop);
        lane.Settled = Settled(entity, parked);
    }

    /// <summary>The row, where nothing of it waits and the plan for what its newest record said was to do nothing.</summary>
    private SettledRow? Settled(EntityWork entity, ParkedRow? parked)
    {
        if (parts.Settled is not { } rows) return null;
        var links = entity.Links;
        var state = entity.State;
        if ((state.StripeId != entity.Began.StripeId || state.Phase != entity.Began.Phase) && parts.Mapping.Resources.Any(r => r.Parent?.Resource == entity.Map.Type.Name))
            links = rows.LinksChanged() is var now && now == links + 1 ? now : links;
        var isSettled = parked is null && !parts.Options.Shadow && state is { RowExists: true, Intent: null, Succession: null }
            && tables.Of(state.Key.Table) is null && _vanished.Of(state.Key) is null;
        return isSettled && entity.Image is { } image ? new SettledRow(state, image, links) : null;
    }

    private async Task<ParkedRow?> OutcomeAsync(EntityWork entity, KeyLane lane, CancellationToken stop)
    {
        try
        {
            if (Parked.Of(lane.Key) is var waits && KeyChangeWait.Holds(waits, entity.State, parts.Now, parts.KeyChangePatience)) return waits;
            if (_vanished.Of(lane.Key) is { } columns && entity.State.Intent is null) return VanishedColumns.Park(lane.Key, columns, parts.Now);
            if (entity.State.StripeId is not null && entity.Folded.Any(w => w is LaneWork.Wake)) _delivery.ForgetParent(entity); // it may be woken because the parent is another by now
            return await _delivery.DeliverAsync(entity, lane, Refold, stop);
        }
        catch (Exception e) when (e is not (OperationCanceledException or StateConflictException or StateStoreFellBackException))
        {
            // One row that nobody thought of must not stop the others.
            parts.Observer.Alarm($"{lane.Key}: {e.GetType().Name}: {e.Message}", "report it with the row's audit; the row waits, others go on");
            return entity.Park(ParkReason.NeedsPerson, $"{e.GetType().Name}: {e.Message}", "report it with the row's audit; the row is tried again when it changes or is released", parts.Now);
        }
    }

    /// <summary>What the source gives only once comes from the first image that can be created: a row that was held, or is not to exist, gives it later.</summary>
    private bool CannotBeCreated(EntityState state, ParkedRow? parked) =>
        state is { StripeId: null, Intent: null, FirstImage: not null } && !parts.Options.Shadow
        && parked?.Reason is not (ParkReason.Parent or ParkReason.Breadth or ParkReason.Paused or ParkReason.KeyChange);

    /// <summary>Folds in what arrived meanwhile; answers whether anything could be.</summary>
    private bool Refold(EntityWork entity, KeyLane lane)
    {
        var waiting = lane.TakeFoldable();
        var left = Fold(entity, waiting);
        lane.PutBack(left);
        return left.Count < waiting.Count;
    }

    private IReadOnlyList<LaneWork> Fold(EntityWork entity, IReadOnlyList<LaneWork> works) => entity.Fold(works, parts.Now, (change, verdict) =>
    {
        parts.Observer.Judged(entity.State.Key, change, verdict.ToString());
        if (verdict == Verdict.Stale) return;
        if (verdict == Verdict.NewEpoch && _failOvers.IsNews(change.Table, entity.State.Streamed?.Since, change.CommittedAt))
            parts.Observer.Alarm($"{change.Table}: positions fell while time went on (at {change.Position}): {(change.Position.Kind == PositionKind.Offset ? "a topic made anew" : "a fail-over, a restore or a new server")}; older positions block nothing", "check that the new server holds all rows; rows deleted meanwhile get no delete event: a complete new snapshot tells which are gone");
        if (!_vanished.Look(entity.Map, change)) return;
        parts.Settled?.LinksChanged();
        parts.Observer.Alarm($"{change.Table}: the writer's schema lacks mapped columns: {_vanished.Of(entity.State.Key)}; {entity.Map.Name} stops for its rows", "put the column back or take it out of the mapping; the rows wait meanwhile");
    });

    /// <returns>Why the row waits; null where it does not.</returns>
    private async Task<ParkedRow?> SettleAsync(EntityWork entity, ParkedRow? parked, long revision, CancellationToken stop)
    {
        var key = entity.State.Key;
        var known = Parked.Of(key);
        await CallChildrenAsync(entity, stop);
        foreach (var lost in entity.NotHeld) await _delivery.Claims.PassOnAsync(entity, lost, stop);
        var batch = entity.Batch(parked == known ? null : parked, known is not null && parked is null) with { CallsAnswered = Calls(entity.Folded) };
        var changed = !batch.Calls.IsEmpty || !batch.CallsAnswered.IsEmpty || !ReferenceEquals(entity.State, entity.Stored) || !batch.Park.IsEmpty || !batch.Unpark.IsEmpty || !batch.Audit.IsEmpty || !batch.Claims.IsEmpty || !batch.ClaimsDropped.IsEmpty;
        if (changed) parked = await WriteAsync(entity, batch, parked, stop);

        if (parked is not null)
        {
            if (known?.Message != parked.Message) parts.Observer.Parked(parked);
            Parked.Put(parked);
            await LookAgainAsync(entity, parked, known, revision, stop);
        }
        else if (Parked.Remove(key))
        {
            parts.Observer.Unparked(key);
        }

        if (_vanished.TakeGoesOn(key)) await WakeHeldAsync(key, stop);
        foreach (var work in entity.Folded) work.Ticket?.PartSettled();
        foreach (var (other, work) in entity.Afterwards) addWork(other, work);
        parts.Observer.Settled(entity.State, entity.CommittedAt, entity.Requests, entity.Changes, entity.IsLive);
        return parked;
    }

    /// <summary>What the store will not have (it finds rows by a value that is too long for that) is given up: the row, as the store has it, waits for a person.</summary>
    private async Task<ParkedRow?> WriteAsync(EntityWork entity, StateBatch batch, ParkedRow? parked, CancellationToken stop)
    {
        if (await RefusalAsync(batch, stop) is not null && await RefusalAsync(batch, stop) is { } refusal) // a fault of the moment is none of the row's
        {
            const string hint = "mend what the message names; a backfill of the row, and its release, try it again";
            parts.Observer.Alarm($"{entity.State.Key}: the state store refuses to keep the row: {refusal}", hint);
            parts.Claims.Clear();
            entity.GiveUp();
            parked = entity.Park(ParkReason.NeedsPerson, $"the state store refuses to keep it: {refusal}", hint, parts.Now);
            await parts.Writer.WriteAsync(entity.Batch(parked, unpark: false) with { CallsAnswered = batch.CallsAnswered }, stop);
        }

        entity.Settled();
        parts.Entities.Put(entity.State);
        return parked;
    }

    private async Task<string?> RefusalAsync(StateBatch batch, CancellationToken stop)
    {
        try
        {
            await parts.Writer.WriteAsync(batch, stop);
            return null;
        }
        catch (Exception e) when (e is not (OperationCanceledException or StateConflictException or StateStoreFellBackException))
        {
            return e.Message;
        }
    }

    /// <summary>Those that waited for their table's columns like this one, whoever parked them.</summary>
    private async Task WakeHeldAsync(EntityKey one, CancellationToken stop)
    {
        foreach (var row in await parts.Store.ParkedAsync(ParkReason.Held, int.MaxValue, stop))
        {
            if (row.Key.Resource == one.Resource && row.Key.Table == one.Table && VanishedColumns.IsCause(row)) addWork(row.Key, new LaneWork.Wake());
        }
    }

    private async Task AnswerAsync(IReadOnlyList<LaneWork> works, CancellationToken stop)
    {
        if (Calls(works) is { IsEmpty: false } calls) await parts.Writer.WriteAsync(new StateBatch { CallsAnswered = calls }, stop);
    }

    private static ImmutableArray<string> Calls(IEnumerable<LaneWork> works) => [.. works.Select(w => w.CallId).OfType<string>()];

    /// <summary>Rows that were read before their parent's row moved named its new key, and got that key's earlier object for a parent.</summary>
    private async Task CallChildrenAsync(EntityWork entity, CancellationToken stop)
    {
        foreach (var moved in entity.Folded.OfType<LaneWork.ParentMoved>())
        {
            foreach (var child in await parts.Store.ChildrenAsync(moved.StripeId, stop)) entity.Call(child.Key, new LaneWork.Wake(), parts.Now);
        }
    }

    /// <summary>The parent may have come between the look and the parking: then nobody would wake this row. The parent's Link is written
    /// before its waiters are read, and a waiter is written before the parent is looked for again: one of the two sees the other.</summary>
    /// <param name="revision">Of the controls when the row was decided on: the operator may have said since that it may go, and who was parked then was woken.</param>
    private async Task LookAgainAsync(EntityWork entity, ParkedRow parked, ParkedRow? before, long revision, CancellationToken stop)
    {
        // Who has the value looks for those who wait when Stripe has set it free: it may have been free before this one could be seen to wait.
        if (parked is { Reason: ParkReason.Conflict, WaitsFor.Length: > 0 } && before?.WaitsFor != parked.WaitsFor) addWork(parked.Key, new LaneWork.Wake());
        if (parked.Reason == ParkReason.Paused && parts.Gate.Current.Revision != revision) addWork(parked.Key, new LaneWork.Wake());
        if (VanishedColumns.IsCause(parked) && _vanished.Of(parked.Key) is null) addWork(parked.Key, new LaneWork.Wake());
        if (parked.Reason != ParkReason.Parent) return;
        _delivery.ForgetParent(entity);
        if (await _delivery.HasParentAsync(entity, stop)) addWork(parked.Key, new LaneWork.Wake());
    }
}
