using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Claims;
using CdcStripeSync.Pipeline.Intake;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ordering;
using CdcStripeSync.Pipeline.Parking;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>A row's key changed: the Link moves whole, the old key keeps only the positions it held. Either half of the change does it,
/// the other finds it done. Both entities are held meanwhile.</summary>
internal sealed class KeyMove(DeliveryParts parts, TableBook tables, ParkedBook parked, Action<EntityKey, LaneWork> addWork)
{
    public UnheardKey Unheard { get; } = new(parts, tables, parked, addWork);

    /// <summary>The new key's earlier row where it still holds an object: a table has one row a key, so it was gone before this row moved in,
    /// and only its delete is unread yet (in another partition). It is retired first. A move that is read again, when the old key has gone on
    /// to a row of its own, retires nothing: what stands under the new key is what moved.</summary>
    public async Task<EntityState?> EarlierRowAsync(EntityState old, LaneWork.Rename rename, CancellationToken cancellationToken)
    {
        if (old.Phase == EntityPhase.Renamed || HasNothing(old) || Judge(old, rename) == Verdict.Stale) return null;
        var fresh = await parts.Entities.GetAsync(rename.NewKey, cancellationToken);
        return IsHeld(fresh) && fresh.StripeId != old.StripeId && IsBefore(fresh, rename) ? fresh : null;
    }

    /// <summary>Where the new key's earlier row could not be retired, it is set aside, and waits on as it did.</summary>
    /// <returns>Whether the rename's ticket went on with the row; else it is settled with the old key.</returns>
    public async Task<bool> MoveAsync(EntityWork old, LaneWork.Rename rename, CancellationToken cancellationToken)
    {
        var table = tables.Of(rename.Change.Table);
        var verdict = Judge(old.State, rename);
        if (verdict == Verdict.Stale) return false;
        var epoch = EventOrder.EpochOf(old.State, verdict, table);
        if (old.State.Phase == EntityPhase.Renamed)
        {
            // A later row of the key was born there unread, and has gone on: it gets its object where it is now, and none here. The earlier row's way stays.
            var way = old.State.RenamedAt ?? old.State.Streamed; // retired by an earlier version, which kept no place of its own for it
            if (IsToldWhole(rename, old.Map)) old.State = Fold.Apply(old.State with { RenamedAt = way }, Gone(rename), old.Map, epoch, verdict == Verdict.NewEpoch);
            return false;
        }

        var fresh = await parts.Entities.GetAsync(rename.NewKey, cancellationToken);
        var nothingToMove = HasNothing(old.State);
        var hasGoneOn = EventOrder.IsTruncated(rename.Change, table) || !fresh.RowExists && fresh.Streamed is { Position.IsKnown: true } last && last.Position.CompareTo(rename.Change.Position) > 0 && EventOrder.IsReached(last, rename.Change);
        var aside = !nothingToMove && fresh is { RowExists: false, Intent: null } && IsHeld(fresh) && IsBefore(fresh, rename) ? parked.Of(rename.NewKey) : null;
        if (nothingToMove || hasGoneOn || (IsHeld(fresh) && aside is null))
        {
            // The new key has its own object already, or its row has gone on too (a later event of it was read before): the old row is gone like any other.
            old.State = Fold.Apply(old.State, Gone(rename), old.Map, epoch, verdict == Verdict.NewEpoch);
            var isUnheard = !hasGoneOn && Unheard.IsAwaited(old.Stored, fresh, rename);
            if (nothingToMove && old.State.Phase == EntityPhase.Absent) old.State = old.State with { Phase = EntityPhase.Renamed, RenamedTo = rename.NewKey.ToString(), RenamedAt = old.State.Streamed };
            if (isUnheard) await Unheard.AwaitAsync(old, fresh, rename, cancellationToken);
            return false;
        }

        await MoveLinkAsync(old, fresh, rename, epoch, aside is null ? null : aside with { Key = Fold.Aside(fresh).Key }, cancellationToken);
        return true;
    }

    /// <param name="aside">What the new key's earlier row goes on waiting for, under the key that it goes on under; null where nothing of it is left.</param>
    private async Task MoveLinkAsync(EntityWork old, EntityState fresh, LaneWork.Rename rename, int epoch, ParkedRow? aside, CancellationToken cancellationToken)
    {
        var (retired, moved) = Fold.Rename(old.State, fresh, rename.Change, rename.NewKeyRow, epoch, old.Map);
        List<Claim> claims = [], dropped = [];
        if (aside is not null) await MoveClaimsAsync(rename.NewKey, aside.Key, claims, dropped, cancellationToken);
        await MoveClaimsAsync(old.State.Key, rename.NewKey, claims, dropped, cancellationToken);
        var waits = KeyChangeWait.Moved(parked.Of(old.State.Key), parked.Of(rename.NewKey), rename.NewKey, HasNoObject(old.State));
        var children = fresh.StripeId is { } abandoned ? new LaneWork.ParentMoved(abandoned) { CallId = $"{old.State.Key}#{old.State.Version}.moved" } : null;
        await parts.Writer.WriteAsync(
            new StateBatch
            {
                Entities = aside is null ? [moved, retired] : [moved, retired, Fold.Aside(fresh)],
                Park = [.. new[] { aside, waits }.OfType<ParkedRow>()],
                Unpark = aside is null ? [] : [rename.NewKey],
                Claims = [.. claims],
                ClaimsDropped = [.. dropped],
                Calls = children is null ? [] : [LaneWork.Call(children.CallId!, rename.NewKey, children, parts.Now)],
            },
            cancellationToken);
        parts.Entities.Put(moved.Written());
        old.Stored = old.State = retired.Written();
        parts.Entities.Put(old.State);
        if (aside is not null) parked.Remove(rename.NewKey);
        if (aside is not null) parked.Put(aside);
        if (waits is not null) parked.Put(await Unheard.CarriedAsync(old.State.Key, waits, cancellationToken));
        addWork(rename.NewKey, new LaneWork.Wake(Ticket: rename.Ticket));
        foreach (var waiting in await parts.Waiters.OfAsync($"{old.Map.Type.Name}/{rename.NewKey.Key}", cancellationToken)) addWork(waiting.Key, new LaneWork.Wake());
        if (children is not null) addWork(rename.NewKey, children);
    }

    /// <summary>For the old key a move is the row's end.</summary>
    internal static ChangeEvent Gone(LaneWork.Rename rename) => rename.Change with { Op = ChangeOp.Delete, After = null };

    private Verdict Judge(EntityState old, LaneWork.Rename rename) => EventOrder.Judge(old, Gone(rename), tables.Of(rename.Change.Table));

    internal static bool HasNothing(EntityState old) => HasNoObject(old) && !old.RowExists;

    private static bool HasNoObject(EntityState old) => old is { StripeId: null, Intent: null };

    /// <summary>An object of the key's own is current, or being made.</summary>
    private static bool IsHeld(EntityState fresh) => fresh.Intent is not null || fresh is { StripeId: not null, Phase: EntityPhase.Linked };

    private static bool IsBefore(EntityState fresh, LaneWork.Rename rename) => !EventOrder.IsReached(fresh.Streamed, rename.Change) && !EventOrder.IsReached(fresh.Snapshot, rename.Change);

    /// <summary>Nothing that was said under the old key is missed under the new one: no column that the log did not repeat. Where positions are Kafka's own,
    /// nothing tells what is older than the move.</summary>
    private static bool IsToldWhole(LaneWork.Rename rename, ResourceMap map) =>
        rename.Change.Position.Kind != PositionKind.Offset && !(rename.Change.After is { } image && map.Columns.Any(c => image[c].IsUnavailable));

    private async Task MoveClaimsAsync(EntityKey from, EntityKey to, List<Claim> claims, List<Claim> dropped, CancellationToken cancellationToken)
    {
        foreach (var claim in await parts.Store.ClaimsOfAsync(from, cancellationToken))
        {
            dropped.Add(claim);
            parts.Claims.Drop(claim);
            claims.Add(claim with { Claimant = to });
            parts.Claims.Put(claims[^1]);
        }

        dropped.RemoveAll(d => claims.Exists(c => ClaimLedger.IsSame(c, d)));
    }
}
