using System.Collections.Immutable;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Ordering;

/// <summary>Folds what happened to a row into what is known of its entity. Pure.</summary>
public static class Fold
{
    /// <param name="epoch">The epoch that the event belongs to (<see cref="EventOrder.EpochOf"/>).</param>
    /// <param name="isNewEpoch">The event opened it.</param>
    public static EntityState Apply(EntityState state, ChangeEvent change, ResourceMap map, int epoch, bool isNewEpoch)
    {
        state = Positioned(state, change, epoch, isNewEpoch);
        if (change.Op is ChangeOp.Delete or ChangeOp.Truncate) return state with { RowExists = false, FirstImage = null };
        var image = (change.After ?? Row.Empty).Project(map.Columns);
        if (!state.RowExists) return WithRow(BeginAgain(state), image);
        // A row that only changed its key keeps what the log does not repeat of it (unchanged TOAST).
        return WithRow(state, change is { Op: ChangeOp.Create, OldKey: null } ? image : image.FoldOnto(state.Row));
    }

    /// <summary>Nothing is known of the row but that it is there: a record of it could not be read, and nothing since has told what it says.</summary>
    public static bool IsForgotten(EntityState state, ResourceMap map) =>
        state.RowExists && map.Columns.Any(c => !map.KeyColumns.Contains(c)) && map.Columns.All(c => map.KeyColumns.Contains(c) || state.Row[c].IsUnavailable);

    /// <summary>The row went without a word. Its positions stay: what is read again of it is older, and a late row of the snapshot is not.</summary>
    public static EntityState Vanish(EntityState state) => state with { RowExists = false, FirstImage = null };

    /// <summary>A change from before the table's truncate was read after it: as if that had come first. Whoever still has such changes, and does
    /// not know of the truncate, finds them older then, whatever snapshot's row came since. A row that is there is the truncate's own to take.</summary>
    public static EntityState Emptied(EntityState state, TablePosition table) =>
        !state.RowExists && table.Truncate is { } truncate && EventOrder.Judge(state, truncate, null) is var verdict and not Verdict.Stale
            ? Positioned(state, truncate, EventOrder.EpochOf(state, verdict, table), verdict == Verdict.NewEpoch) : state;

    /// <summary>A snapshot's row that may be older than a record which could not be read: only its stamp is noted.</summary>
    public static EntityState Note(EntityState state, ChangeEvent change, int epoch) => Positioned(state, change, epoch, isNewEpoch: false);

    /// <summary>The row as the source database has it now tells what is unknown. Where nothing was known it counts as a snapshot's row does: what a
    /// snapshot read before is older.</summary>
    public static EntityState Read(EntityState state, SourceRow found, ResourceMap map)
    {
        var read = state with { Row = state.Row.FoldOnto(found.Row), FirstImage = state.FirstImage?.FoldOnto(found.Row) };
        var epoch = Math.Max(state.Streamed?.Epoch ?? 0, state.Snapshot?.Epoch ?? 0);
        var isNewer = found.Stamp.IsKnown && state.Snapshot?.Position.CompareTo(found.Stamp) is not > 0;
        return isNewer && IsForgotten(state, map) ? read with { Snapshot = new StreamPosition(epoch, found.Stamp, found.ReadAt) } : read;
    }

    /// <summary>An event that could not be read: every column but the key's is unknown until something says it again. A row whose end is still to be
    /// carried out has ended all the same: the record may be read again.</summary>
    public static EntityState Forget(EntityState state, Row? key, ResourceMap map)
    {
        var known = (key is null ? state.Row : key.FoldOnto(state.Row)).Project(map.KeyColumns);
        return state with { Row = known, RowExists = state.RowExists || (state.Phase != EntityPhase.Linked && state.Intent is null), FirstImage = null };
    }

    /// <summary>The row moved to another key: the object moves with it, and the old key remembers only its positions.</summary>
    public static (EntityState Retired, EntityState Moved) Rename(EntityState old, EntityState fresh, ChangeEvent change, Row newKey, int epoch, ResourceMap map)
    {
        var since = epoch > (old.Streamed?.Epoch ?? 0) ? EventOrder.NewestOf(old) : old.Streamed?.Since;
        var at = new StreamPosition(epoch, change.Position, change.CommittedAt) { Since = since };
        var retired = new EntityState
        {
            Key = old.Key,
            Version = old.Version,
            Generation = old.StripeId is null && old.Intent is null ? old.Generation : old.Generation + 1,
            Phase = EntityPhase.Renamed,
            RenamedTo = fresh.Key.ToString(),
            RenamedAt = at,
            Streamed = at,
            Snapshot = old.Snapshot,
            MappingFingerprint = old.MappingFingerprint,
        };
        var image = newKey.Project(map.KeyColumns).FoldOnto(old.Row);
        var isNewer = fresh.RowExists && EventOrder.IsReached(fresh.Streamed, change);
        // Whatever stood under the new key before may still hold a value that only one object can hold.
        var predecessors = old.Predecessors.AddRange(fresh.Predecessors.Except(old.Predecessors));
        if (fresh.StripeId is { } own && own != old.StripeId) predecessors = predecessors.Add(own);
        var moved = old with
        {
            Key = fresh.Key,
            Version = fresh.Version,
            Row = isNewer ? fresh.Row.FoldOnto(image) : image,
            RowExists = true,
            Streamed = Newer(fresh, change, new StreamPosition(epoch, change.Position.JustBefore, change.CommittedAt) { Since = since }),
            Snapshot = fresh.Snapshot,
            Generation = Math.Max(old.Generation, fresh.StripeId is null ? fresh.Generation : fresh.Generation + 1),
            Predecessors = predecessors,
        };
        return (retired, moved);
    }

    /// <summary>What an earlier row of a key left there to be retired, when another row moves in under the key: it goes on by itself, under a
    /// key that no row can have.</summary>
    public static EntityState Aside(EntityState earlier) => earlier with
    {
        Key = earlier.Key with { Key = $"{earlier.Key.Key}/{earlier.StripeId}" },
        Version = 0,
        RowExists = false,
        FirstImage = null,
    };

    /// <summary>What the new key has still unread from before the move is an earlier row's, and must not touch the one that moved in;
    /// the move's own image is yet to come.</summary>
    private static StreamPosition Newer(EntityState fresh, ChangeEvent change, StreamPosition moved)
    {
        if (fresh.Streamed is not { } known) return moved;
        if (!moved.Position.IsKnown) return known;
        if (!known.Position.IsKnown) return moved with { Epoch = Math.Max(known.Epoch, moved.Epoch), Since = EventOrder.Later(known.Since, moved.Since) };
        var isAnotherLog = known.Position.CompareTo(moved.Position) is not < 0 && !EventOrder.IsReached(known, change);
        if (isAnotherLog) return moved with { Epoch = Math.Max(known.Epoch + 1, moved.Epoch), Since = EventOrder.Later(EventOrder.NewestOf(fresh), moved.Since) };
        // Each key counts its own epochs: a later and higher move is of the log that the new key has heard of already.
        if (known.Epoch > moved.Epoch && known.Position.CompareTo(moved.Position) is < 0 && change.CommittedAt >= known.CommittedAt)
            return moved with { Epoch = known.Epoch, Since = EventOrder.Later(known.Since, moved.Since) };
        return known.Epoch > moved.Epoch || (known.Epoch == moved.Epoch && known.Position.CompareTo(moved.Position) is not < 0) ? known : moved;
    }

    private static EntityState Positioned(EntityState state, ChangeEvent change, int epoch, bool isNewEpoch)
    {
        var position = new StreamPosition(epoch, change.Position, change.CommittedAt);
        var since = isNewEpoch ? EventOrder.NewestOf(state) : state.Streamed?.Since;
        if (isNewEpoch && change.Op == ChangeOp.Truncate) since = EventOrder.Later(since, change.CommittedAt); // nothing from before it is left in any log
        if (change.Snapshot == SnapshotKind.Streamed) return state with { Streamed = position with { Since = since } };
        return state with { Snapshot = position, Streamed = isNewEpoch ? new StreamPosition(epoch, default, since) { Since = since } : state.Streamed };
    }

    /// <summary>A row where none was: a retired key and a deleted object begin the generation that was noted when they went; an archived
    /// or kept object is taken up again.</summary>
    private static EntityState BeginAgain(EntityState state) =>
        state.Phase is EntityPhase.Renamed || (state.Phase is EntityPhase.Deleted && state.StripeId is null && state.Intent is null)
            ? state with
            {
                Phase = EntityPhase.Absent,
                StripeId = null,
                ParentStripeId = null,
                Base = ImmutableSortedDictionary<string, BaseField>.Empty,
                ArchivedByUs = false,
                Succession = null,
                RenamedTo = null,
                RenamedAt = null,
                Row = Row.Empty,
                FirstImage = null,
            }
            : state;

    private static EntityState WithRow(EntityState state, Row row) => state with
    {
        Row = row,
        RowExists = true,
        FirstImage = state.StripeId is null && state.Intent is null ? state.FirstImage ?? row : state.FirstImage,
    };
}
