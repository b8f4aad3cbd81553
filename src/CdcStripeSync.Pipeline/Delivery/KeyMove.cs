using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Claims;
using CdcStripeSync.Pipeline.Intake;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ordering;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>A row's key changed: the Link moves whole, the old key keeps only the positions it held. Either half of the change does it,
/// the other finds it done. Both entities are held meanwhile.</summary>
internal sealed class KeyMove(DeliveryParts parts, TableBook tables, Action<EntityKey, LaneWork> addWork)
{
    /// <summary>The new key's earlier row where it still holds an object: a table has one row a key, so it was gone before this row moved in,
    /// and only its delete is unread yet (in another partition). It is retired first.</summary>
    public async Task<EntityState?> EarlierRowAsync(EntityState old, LaneWork.Rename rename, CancellationToken cancellationToken)
    {
        if (old.Phase == EntityPhase.Renamed || HasNothing(old)) return null;
        var fresh = await parts.Entities.GetAsync(rename.NewKey, cancellationToken);
        var isHeld = fresh.Intent is not null || fresh is { StripeId: not null, Phase: EntityPhase.Linked };
        return isHeld && fresh.StripeId != old.StripeId && IsBefore(fresh.Streamed, rename) && IsBefore(fresh.Snapshot, rename) ? fresh : null;
    }

    /// <returns>Whether the rename's ticket went on with the row; else it is settled with the old key.</returns>
    public async Task<bool> MoveAsync(EntityWork old, LaneWork.Rename rename, CancellationToken cancellationToken)
    {
        var gone = rename.Change with { Op = ChangeOp.Delete, After = null };
        var table = tables.Of(rename.Change.Table);
        var verdict = EventOrder.Judge(old.State, gone, table);
        if (old.State.Phase == EntityPhase.Renamed || verdict == Verdict.Stale) return false;
        var epoch = EventOrder.EpochOf(old.State, verdict, table);
        var fresh = await parts.Entities.GetAsync(rename.NewKey, cancellationToken);
        var nothingToMove = HasNothing(old.State);
        var hasGoneOn = !fresh.RowExists && fresh.Streamed is { Position.IsKnown: true } last && last.Position.CompareTo(rename.Change.Position) > 0;
        if (nothingToMove || hasGoneOn || fresh.Intent is not null || fresh is { StripeId: not null, Phase: EntityPhase.Linked })
        {
            // The new key has its own object already, or its row has gone on too (a later event of it was read before): the old row is gone like any other.
            old.State = Fold.Apply(old.State, gone, old.Map, epoch, verdict == Verdict.NewEpoch);
            if (nothingToMove && old.State.Phase == EntityPhase.Absent) old.State = old.State with { Phase = EntityPhase.Renamed, RenamedTo = rename.NewKey.ToString() };
            return false;
        }

        var (retired, moved) = Fold.Rename(old.State, fresh, rename.Change, rename.NewKeyRow, epoch, old.Map);
        var (claims, dropped) = await MoveClaimsAsync(old.State.Key, rename.NewKey, cancellationToken);
        await parts.Writer.WriteAsync(new StateBatch { Entities = [moved, retired], Claims = [.. claims], ClaimsDropped = [.. dropped] }, cancellationToken);
        parts.Entities.Put(moved.Written());
        old.Stored = old.State = retired.Written();
        parts.Entities.Put(old.State);
        addWork(rename.NewKey, new LaneWork.Wake(Ticket: rename.Ticket));
        foreach (var waiting in await parts.Waiters.OfAsync($"{old.Map.Type.Name}/{rename.NewKey.Key}", cancellationToken)) addWork(waiting.Key, new LaneWork.Wake());
        if (fresh.StripeId is { } abandoned)
        {
            // Rows that were read before the move named the new key, and got its earlier object for a parent.
            foreach (var child in await parts.Store.ChildrenAsync(abandoned, cancellationToken)) addWork(child.Key, new LaneWork.Wake());
        }

        return true;
    }

    private static bool HasNothing(EntityState old) => old is { StripeId: null, Intent: null, RowExists: false };

    private static bool IsBefore(StreamPosition? known, LaneWork.Rename rename) =>
        known is not { Position.IsKnown: true } last || last.Position.CompareTo(rename.Change.Position) < 0;

    private async Task<(List<Claim> Claims, List<Claim> Dropped)> MoveClaimsAsync(EntityKey from, EntityKey to, CancellationToken cancellationToken)
    {
        var dropped = (await parts.Store.ClaimsOfAsync(from, cancellationToken)).ToList();
        var claims = dropped.ConvertAll(c => c with { Claimant = to });
        claims.ForEach(parts.Claims.Put);
        dropped.ForEach(parts.Claims.Drop);
        return (claims, dropped);
    }
}
