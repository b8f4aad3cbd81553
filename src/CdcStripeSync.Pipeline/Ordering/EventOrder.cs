using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Ordering;

/// <summary>Which event counts: the rules of PROTOCOL's first section. Pure.</summary>
public static class EventOrder
{
    /// <param name="state">What is known of the entity, tombstones and retired keys included.</param>
    /// <param name="table">The table's epoch and newest truncate; null where there was none.</param>
    public static Verdict Judge(EntityState state, ChangeEvent change, TablePosition? table)
    {
        if (table?.TruncatedAt is { } truncate && change.Op is not (ChangeOp.Delete or ChangeOp.Truncate) && IsBelow(change, truncate, table.Epoch))
        {
            return IsTruncated(change, table) ? Verdict.Stale : Verdict.NewEpoch;
        }

        if (change.Op == ChangeOp.Truncate && state.Snapshot is { } read && change.Position.CompareTo(read.Position) < 0) return Verdict.Stale;
        return change.Snapshot == SnapshotKind.Streamed ? JudgeStreamed(state, change, table) : JudgeSnapshot(state, change, table);
    }

    /// <summary>The table was emptied after this change: whatever it left is gone.</summary>
    public static bool IsTruncated(ChangeEvent change, TablePosition? table) =>
        table?.TruncatedAt is { } truncate && IsBelow(change, truncate, table.Epoch) && !IsLater(change.CommittedAt, truncate.CommittedAt);

    /// <summary>Of a record that is tried again: newer state of its row stands. Its row was read, in a snapshot or at the source, when the record had
    /// long been committed: unlike in the stream, no transaction is open any more whose change such a read did not see.</summary>
    public static bool IsOvertaken(EntityState state, ChangeEvent change, TablePosition? table) =>
        Judge(state, change, table) == Verdict.Stale
        || (state.Snapshot is { Position.IsKnown: true } read && read.Epoch >= (state.Streamed?.Epoch ?? 0) && change.Position.CompareTo(read.Position) <= 0 && !IsLater(change.CommittedAt, read.CommittedAt));

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
        if (change.Position.CompareTo(last.Position) is not { } order) return Incomparable(change.Position, last.Position);
        if (order > 0) return Verdict.Apply;
        return order < 0 && IsLater(change.CommittedAt, last.CommittedAt) ? Verdict.NewEpoch : Verdict.Stale;
    }

    private static Verdict JudgeSnapshot(EntityState state, ChangeEvent change, TablePosition? table)
    {
        if (!change.Position.IsKnown) return Verdict.Apply;
        if (state.Streamed is { Position.IsKnown: true } last && last.Epoch >= (table?.Epoch ?? 0) && change.Position.CompareTo(last.Position) < 0)
        {
            // A complete snapshot is read after everything that its connector streamed before: a later clock means another log.
            var isComplete = change.Snapshot is SnapshotKind.Complete or SnapshotKind.CompleteLast;
            return isComplete && IsLater(change.CommittedAt, last.CommittedAt) ? Verdict.NewEpoch : Verdict.Stale;
        }

        if (state.Snapshot is { Position.IsKnown: true } stamp && stamp.Epoch >= (state.Streamed?.Epoch ?? 0)
            && change.Position.CompareTo(stamp.Position) <= 0 && !IsLater(change.CommittedAt, stamp.CommittedAt))
        {
            return Verdict.Stale;
        }

        return Verdict.Apply;
    }

    /// <summary>Another server of the same kind is a new log; another kind or Kafka partition says nothing of the order, so the newer arrival counts.</summary>
    private static Verdict Incomparable(SourcePosition now, SourcePosition last) =>
        now.Kind == last.Kind && now.Server != last.Server ? Verdict.NewEpoch : Verdict.Apply;

    private static bool IsBelow(ChangeEvent change, StreamPosition truncate, int tableEpoch) =>
        truncate.Epoch >= tableEpoch && change.Position.CompareTo(truncate.Position) < 0;

    private static bool IsLater(Instant? now, Instant? then) => now is { } a && then is { } b && a > b;
}
