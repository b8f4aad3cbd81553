using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Ordering;

/// <summary>Which rows a complete snapshot of their table contained, told by what is known of them when all its rows have been read. Pure.</summary>
/// <remarks>A snapshot is a place in the log and a time, which all its rows of a table carry. Its epoch is the newest of those rows', and it began when theirs
/// did (<see cref="With"/>): where the log begins anew, only these tell. Each key counts its own epochs, so that a count alone does not tell of two keys
/// which log is the older.</remarks>
public static class SnapshotContents
{
    /// <summary>The snapshot's place with what this row tells of the epoch that it opened, or found; the same where the row was not in it.</summary>
    public static StreamPosition With(StreamPosition snapshot, EntityState row)
    {
        if (!IsIn(row, snapshot.Position)) return snapshot;
        var isOlder = row.Streamed?.Since is { } since && since < snapshot.CommittedAt; // else a later snapshot, or the stream, opened another since
        return snapshot with { Epoch = Math.Max(snapshot.Epoch, row.Snapshot!.Value.Epoch), Since = isOlder ? EventOrder.Later(snapshot.Since, row.Streamed!.Value.Since) : snapshot.Since };
    }

    /// <summary>The row is known, was not in the snapshot, and nothing that is known of it is from after the snapshot: it went before, and nobody said so.</summary>
    /// <remarks>A transaction that was open over the snapshot may have inserted the row: its position is lower then, but it was committed later.
    /// Rows whose positions cannot be compared with the snapshot's never count.</remarks>
    public static bool Lacks(EntityState state, StreamPosition snapshot) =>
        state.RowExists && !IsIn(state, snapshot.Position) && HasPosition(state) && IsBefore(state.Streamed, snapshot) && IsBefore(state.Snapshot, snapshot);

    private static bool IsIn(EntityState state, SourcePosition snapshot) => state.Snapshot?.Position.CompareTo(snapshot) == 0;

    private static bool HasPosition(EntityState state) => state.Streamed is { Position.IsKnown: true } || state.Snapshot is { Position.IsKnown: true };

    private static bool IsBefore(StreamPosition? known, StreamPosition snapshot)
    {
        if (known is not { } last) return true;
        if (last.CommittedAt is not { } at || snapshot.CommittedAt is not { } read || at > read) return false;
        if (!last.Position.IsKnown) return true; // an epoch that a snapshot's row opened: that row's own place is judged beside it
        var isOfAnOlderLog = last.Position.Kind == snapshot.Position.Kind && at < read && (last.Epoch < snapshot.Epoch || at < snapshot.Since);
        return isOfAnOlderLog || IsBelow(last.Position, snapshot.Position);
    }

    /// <summary>Snapshots of MySQL and MariaDB do not say which server they read (<c>server_id</c> 0): the binlog's name has to do.</summary>
    private static bool IsBelow(SourcePosition known, SourcePosition snapshot)
    {
        var comparable = snapshot.Server.StartsWith(':') && known.Server.IndexOf(':', StringComparison.Ordinal) is var name and >= 0 ? known with { Server = known.Server[name..] } : known;
        return comparable.Kind != PositionKind.Offset && comparable.CompareTo(snapshot) < 0;
    }
}
