using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Ordering;

/// <summary>Which event counts: the rules of PROTOCOL's first section. Pure.</summary>
public static class EventOrder
{
    /// <summary>Seconds by which the clocks of those who write to Kafka may differ.</summary>
    private const long ClocksApart = 10;

    /// <param name="state">What is known of the entity, tombstones and retired keys included.</param>
    /// <param name="table">The table's epoch and newest truncate; null where there was none.</param>
    public static Verdict Judge(EntityState state, ChangeEvent change, TablePosition? table)
    {
        if (FollowsDelete(state, change) || IsOfAnOlderEpoch(state, change)) return Verdict.Stale;
        if (change.Op is not (ChangeOp.Delete or ChangeOp.Truncate))
        {
            if (IsTruncated(change, table) || (state.Streamed is { Epoch: > 0 } && IsLater(table?.TruncatedAt?.CommittedAt, change.CommittedAt))) return Verdict.Stale;
            if (table?.TruncatedAt is { } truncate && IsBelow(change, truncate, table.Epoch) && truncate.Epoch >= (state.Streamed?.Epoch ?? 0))
                return IsReached(state.Streamed, change) ? Verdict.Stale : Verdict.NewEpoch;
        }

        if (change.Op == ChangeOp.Truncate && state.Snapshot is { } read && change.Position.CompareTo(read.Position) < 0 && read.Epoch >= (state.Streamed?.Epoch ?? 0))
            return IsLater(change.CommittedAt, read.CommittedAt) ? Verdict.NewEpoch : Verdict.Stale;
        return change.Snapshot == SnapshotKind.Streamed ? JudgeStreamed(state, change, table) : JudgeSnapshot(state, change, table);
    }

    /// <summary>What is known is from this change or from after it. A change that is lower and later is of another log: it comes after.</summary>
    public static bool IsReached(StreamPosition? known, ChangeEvent change) =>
        known is { Position.IsKnown: true } last && Order(change, last) <= 0 && !IsOfALaterLog(change, last);

    /// <summary>Of two rows' changes: by when they were committed, in whatever log; of one transaction, or without a time, by their places.</summary>
    public static bool IsAfter(StreamPosition one, StreamPosition other) =>
        one.CommittedAt is { } mine && other.CommittedAt is { } theirs && mine != theirs ? mine > theirs : one.Position.CompareTo(other.Position) > 0;

    /// <summary>The newest that is known of the row is a change, not a row of a snapshot.</summary>
    public static bool IsNewestStreamed(EntityState state) =>
        state.Streamed is { Position.IsKnown: true } change && (state.Snapshot is not { } read || IsAfter(change, read));

    /// <summary>When the newest change that is known of an entity was committed, or the newest row of it read.</summary>
    public static Instant? NewestOf(EntityState state) => Later(state.Streamed?.CommittedAt, state.Snapshot?.CommittedAt);

    public static Instant? Later(Instant? one, Instant? other) => one > other ? one : other ?? one;

    /// <summary>The table was emptied after this change: whatever it left is gone.</summary>
    public static bool IsTruncated(ChangeEvent change, TablePosition? table) =>
        table?.TruncatedAt is { } truncate && (IsBelow(change, truncate, table.Epoch)
            ? !IsLater(change.CommittedAt, truncate.CommittedAt)
            : truncate.Since is not null && IsLater(truncate.CommittedAt, change.CommittedAt));

    /// <summary>Of a record that is tried again: newer state of its row stands. Its row was read, in a snapshot or at the source, when the record had
    /// long been committed: unlike in the stream, no transaction is open any more whose change such a read did not see.</summary>
    public static bool IsOvertaken(EntityState state, ChangeEvent change, TablePosition? table) =>
        Judge(state, change, table) == Verdict.Stale
        || (state.Snapshot is { Position.IsKnown: true } read && read.Epoch >= (state.Streamed?.Epoch ?? 0) && Order(change, read) <= 0 && !IsOfALaterLog(change, read))
        || (change.Position.Kind == PositionKind.Offset && IsLater(state.Streamed?.CommittedAt, Surely(change.CommittedAt))); // its offset may be of an earlier topic

    /// <summary>The epoch that an event of this verdict belongs to.</summary>
    public static int EpochOf(EntityState state, Verdict verdict, TablePosition? table)
    {
        var current = Math.Max(table?.Epoch ?? 0, state.Streamed?.Epoch ?? 0);
        return verdict == Verdict.NewEpoch ? current + 1 : current;
    }

    /// <summary>A streamed event is compared with the last streamed position only: never with a snapshot's stamp, since a transaction
    /// that wrote before the stamp may commit after it.</summary>
    private static Verdict JudgeStreamed(EntityState state, ChangeEvent change, TablePosition? table)
    {
        if (state.Streamed is not { Position.IsKnown: true } last || !change.Position.IsKnown) return Verdict.Apply;
        if (last.Epoch < (table?.Epoch ?? 0)) return Verdict.Apply;
        if (Order(change, last) is not { } order) return Incomparable(change.Position, last.Position);
        if (order > 0) return Verdict.Apply;
        return IsOfALaterLog(change, last) ? Verdict.NewEpoch : Verdict.Stale;
    }

    private static Verdict JudgeSnapshot(EntityState state, ChangeEvent change, TablePosition? table)
    {
        if (!change.Position.IsKnown) return Verdict.Apply;
        var isComplete = change.IsOfCompleteSnapshot;
        if (state.Streamed is { Position.IsKnown: true } last && last.Epoch >= (table?.Epoch ?? 0) && Order(change, last) < 0)
        {
            // A complete snapshot is read after everything that its connector streamed before: a later clock means another log.
            return isComplete && IsOfALaterLog(change, last) ? Verdict.NewEpoch : Verdict.Stale;
        }

        if (state.Snapshot is { Position.IsKnown: true } stamp && stamp.Epoch >= (state.Streamed?.Epoch ?? 0) && Order(change, stamp) is { } order and <= 0)
        {
            if (!IsOfALaterLog(change, stamp)) return Verdict.Stale;
            if (isComplete && order < 0) return Verdict.NewEpoch;
        }

        return Verdict.Apply;
    }

    /// <summary>Another server of the same kind is a new log; another kind, or Kafka topic or partition, says nothing of the order, so the newer arrival counts.</summary>
    private static Verdict Incomparable(SourcePosition now, SourcePosition last) =>
        now.Kind == last.Kind && now.Kind != PositionKind.Offset && now.Server != last.Server ? Verdict.NewEpoch : Verdict.Apply;

    /// <summary>By their places; those in two topics (one was renamed, or holds the other's records once more) by their times, and null where these are the same.</summary>
    private static int? Order(ChangeEvent change, StreamPosition known)
    {
        if (change.Position.CompareTo(known.Position) is { } order) return order;
        var areOfTwoTopics = change.Position.Kind == PositionKind.Offset && known.Position.Kind == PositionKind.Offset && change.Position.Server != known.Position.Server;
        return !areOfTwoTopics ? null : IsLater(change.CommittedAt, known.CommittedAt) ? 1 : IsLater(known.CommittedAt, change.CommittedAt) ? -1 : null;
    }

    /// <summary>Of two places, of which this one is not the higher: it is later all the same. Kafka's time is that of whoever wrote a record: where several did, their clocks
    /// differ a little, and a lower record that is read again may seem to be the later one.</summary>
    private static bool IsOfALaterLog(ChangeEvent change, StreamPosition known) => IsLater(
        change.CommittedAt, change.Position.Kind == PositionKind.Offset ? Surely(known.CommittedAt) : known.CommittedAt);

    /// <summary>What is later than this is later by any clock.</summary>
    private static Instant? Surely(Instant? time) => time is { IsInfinite: false } at ? at with { Seconds = at.Seconds + ClocksApart } : time;

    /// <summary>Read again, or for the first time, from before positions fell. A table's truncates and its rows' changes lock one another out: a truncate
    /// that is higher and was committed earlier is of another log. A snapshot's row may not have counted when it was first read.</summary>
    private static bool IsOfAnOlderEpoch(EntityState state, ChangeEvent change)
    {
        if (state.Streamed is not { } last || change.CommittedAt is not { } at) return false;
        var isBefore = last.Since is { } since && !at.IsSurelyAfter(since);
        if (change.Op == ChangeOp.Truncate) return isBefore || IsLater(last.CommittedAt, at);
        return isBefore || (last.Epoch > 0 && IsLater(last.CommittedAt, at) && change.Snapshot != SnapshotKind.Streamed);
    }

    /// <summary>Where the row's changes have positions of the source, so has its delete: what has none only follows that.</summary>
    private static bool FollowsDelete(EntityState state, ChangeEvent change) =>
        change.MayFollowDelete && state.Streamed is { Position: { IsKnown: true, Kind: not PositionKind.Offset } };

    private static bool IsBelow(ChangeEvent change, StreamPosition truncate, int tableEpoch) =>
        truncate.Epoch >= tableEpoch && change.Position.CompareTo(truncate.Position) < 0;

    /// <summary>A connector's newer version repeats a change with a finer time: that is not later.</summary>
    private static bool IsLater(Instant? now, Instant? then) => now is { } a && then is { } b && a.IsSurelyAfter(b);
}
