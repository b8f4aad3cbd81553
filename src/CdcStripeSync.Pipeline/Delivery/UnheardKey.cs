using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Intake;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ordering;
using CdcStripeSync.Pipeline.Parking;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>A row's key changed twice, the keys stand in different partitions, and the second change is read first: it names a key that nobody has
/// heard of. The row waits under its newest key until what is read of that one tells whether an object comes from there.</summary>
internal sealed class UnheardKey(DeliveryParts parts, TableBook tables, ParkedBook parked, Action<EntityKey, LaneWork> addWork)
{
    private const int MostHops = 10;

    /// <summary>Whether the row that moved in has to wait. Where the record's key is as it was (an update told both of the resource's), all that came
    /// before is in its partition, and read. Where positions are Kafka's own, nothing tells which of two keys' records are older.</summary>
    public bool IsAwaited(EntityState old, EntityState fresh, LaneWork.Rename rename) =>
        old is { Version: 0 } && fresh is { StripeId: null, Intent: null }
        && rename.Change is { OldKey: not null, After: not null, Position: { IsKnown: true, Kind: not PositionKind.Offset } }
        && !parts.Options.Shadow && parts.KeyChangePatience > TimeSpan.Zero
        && EventOrder.Judge(fresh, rename.Change, tables.Of(rename.Change.Table)) == Verdict.Apply;

    /// <summary>The old key's retirement and the row under the new one are one write: who comes along the keys later finds the row.</summary>
    public async Task AwaitAsync(EntityWork old, EntityState fresh, LaneWork.Rename rename, CancellationToken cancellationToken)
    {
        var epoch = EventOrder.EpochOf(fresh, Verdict.Apply, tables.Of(rename.Change.Table));
        var row = Fold.Apply(fresh, rename.Change, old.Map, epoch, isNewEpoch: false);
        var waits = KeyChangeWait.Park(rename.NewKey, old.State.Key, parts.Now);
        await parts.Writer.WriteAsync(new StateBatch { Entities = [old.State, row], Park = [waits] }, cancellationToken);
        parts.Entities.Put(row.Written());
        old.Stored = old.State = old.State.Written();
        parts.Entities.Put(old.State);
        parked.Put(waits);
        parts.Observer.Parked(waits);
    }

    /// <summary>The row that moves in under the new key has gone on from there, as is known already: the next key on its way, where its object
    /// is still missed.</summary>
    public async Task<EntityKey?> OnwardAsync(EntityState old, LaneWork.Rename rename, CancellationToken cancellationToken)
    {
        if (old.Phase == EntityPhase.Renamed || KeyMove.HasNothing(old) || EventOrder.Judge(old, KeyMove.Gone(rename), tables.Of(rename.Change.Table)) == Verdict.Stale) return null;
        var fresh = await parts.Entities.GetAsync(rename.NewKey, cancellationToken);
        if (!HasGoneOn(fresh, rename)) return null;
        var next = ParentFinder.Parse(fresh.RenamedTo!);
        if (next == old.Key) return null;
        var there = await parts.Entities.ReadAgainAsync(next, cancellationToken); // another process may have it
        return there is { RowExists: true, StripeId: null, Intent: null } || HasGoneOn(there, rename) ? next : null;
    }

    /// <summary>Nothing comes to this key from before, as what was read of it tells: the row that moved on from here goes on. It may move on just then
    /// with its wait as it was: so its key is looked at again behind the write, and <see cref="CarriedAsync"/> looks from the other side.</summary>
    public async Task ReleaseAsync(EntityKey key, CancellationToken cancellationToken)
    {
        var at = key;
        for (var hops = 0; hops < MostHops; hops++)
        {
            var state = await parts.Entities.ReadAgainAsync(at, cancellationToken);
            if (state is { Phase: EntityPhase.Renamed, RenamedTo: { } next })
            {
                at = ParentFinder.Parse(next);
                continue;
            }

            if (at == key || await WaitAsync(at, cancellationToken) is not { } waits || KeyChangeWait.IsOver(waits)) return;
            await parts.Writer.WriteAsync(new StateBatch { Park = [KeyChangeWait.Over(waits)] }, cancellationToken);
            addWork(at, new LaneWork.Wake()); // which looks at it afresh
        }
    }

    /// <summary>The row has moved on from this key, and its wait with it: over, if that was said while it moved.</summary>
    public async Task<ParkedRow> CarriedAsync(EntityKey from, ParkedRow carried, CancellationToken cancellationToken)
    {
        if (KeyChangeWait.IsOver(carried) || await WaitAsync(from, cancellationToken) is not { } waits || !KeyChangeWait.IsOver(waits)) return carried;
        var over = KeyChangeWait.Over(carried);
        await parts.Writer.WriteAsync(new StateBatch { Park = [over] }, cancellationToken);
        return over;
    }

    private async Task<ParkedRow?> WaitAsync(EntityKey key, CancellationToken cancellationToken) =>
        await parts.Store.ParkedAsync([key], cancellationToken) is [{ Reason: ParkReason.KeyChange } waits] ? waits : null;

    /// <summary>A later row of the key than the one that its way is known of may have gone another.</summary>
    private static bool HasGoneOn(EntityState state, LaneWork.Rename rename) =>
        state is { Phase: EntityPhase.Renamed, RenamedTo: not null } && EventOrder.IsReached(state.RenamedAt ?? state.Streamed, rename.Change);
}
