using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Unchanged;

/// <summary>A row whose newest event is settled, with nothing queued, parked or unfinished: an event that says the same of it changes only its
/// position. Positions that passed are kept here until they are written.</summary>
/// <remarks>Guarded by its home's gate. What every look needs lies in the image's <see cref="RowTrail"/>; this object is looked at seldom.</remarks>
public sealed class SettledRow
{
    private readonly EntityState _state;
    private string _streamedServer = "";
    private string _snapshotServer = "";

    /// <param name="image">Copied: each row has a trail of its own.</param>
    /// <param name="links">The book's count of changed Links when the row was settled.</param>
    public SettledRow(EntityState state, RowImage image, long links)
    {
        (_state, Home) = (state, image.Home);
        Image = image.Image with { Bytes = [.. image.Image.Bytes] };
        ref var trail = ref Trail;
        trail.Links = links;
        trail.Streamed.Begin(state.Streamed?.Position ?? default);
        trail.Snapshot.Begin(state.Snapshot?.Position ?? default);
        if (state.Streamed is { Position.IsKnown: true } streamed) _streamedServer = streamed.Position.Server;
        if (state.Snapshot is { Position.IsKnown: true } snapshot) _snapshotServer = snapshot.Position.Server;
    }

    public EntityKey Key => _state.Key;

    public RecordImage Image { get; }

    internal PartitionRows Home { get; }

    /// <summary>The oldest record whose position waits to be written.</summary>
    public RecordOrigin? First
    {
        get
        {
            lock (Home.Gate) return Trail.HasPassed ? Home.OriginOf(Trail.First) : null;
        }
    }

    private ref RowTrail Trail => ref RowTrail.Of(Image.Bytes);

    /// <summary>Counts a record that says the same, if the verdict on it is certain: it applies, in the same epoch. Called under the home's gate.</summary>
    /// <remarks>Anything else (a repeat, a position that fell, another server's) is judged by <see cref="Ordering.EventOrder"/> as ever.</remarks>
    /// <param name="trail">This row's, which the caller has at hand.</param>
    internal Passing Pass(ref RowTrail trail, EventStamp stamp, long offset)
    {
        ref var place = ref stamp.Place;
        if (place.Kind == PositionKind.None) return Passing.No;
        var isFirst = !trail.HasPassed;
        if (stamp.Snapshot == SnapshotKind.Streamed)
        {
            if (!trail.Streamed.IsBelow(ref place, orEqual: false, ref _streamedServer)) return Passing.No;
            Move(ref trail.Streamed, ref place, ref _streamedServer);
        }
        else
        {
            if (!trail.Streamed.IsBelow(ref place, orEqual: true, ref _streamedServer)) return Passing.No;
            if (!trail.Snapshot.IsBelow(ref place, orEqual: true, ref _snapshotServer)) return Passing.No;
            Move(ref trail.Snapshot, ref place, ref _snapshotServer);
        }

        if (!isFirst) return Passing.Counted;
        trail.First = offset;
        return Passing.First;
    }

    private static void Move(ref Mark mark, ref readonly LogPlace place, ref string server)
    {
        mark.Pass(in place);
        if (place.Kind != PositionKind.Lsn && !ReferenceEquals(server, place.Server)) server = place.Server;
    }

    /// <summary>No record passes any more. The positions that did, as events which say what is settled, from the oldest record that waits for
    /// them to be written; none where none passed.</summary>
    public IReadOnlyList<ChangeEvent> Forget()
    {
        lock (Home.Gate)
        {
            ref var trail = ref Trail;
            trail.Links = RowTrail.Forgotten;
            var passed = new List<ChangeEvent>(2);
            // The streamed position first: a snapshot row is judged against it, never the other way round.
            if (trail.Streamed.HasPassed) passed.Add(Event(in trail, in trail.Streamed, _streamedServer, SnapshotKind.Streamed));
            if (trail.Snapshot.HasPassed) passed.Add(Event(in trail, in trail.Snapshot, _snapshotServer, SnapshotKind.Incremental));
            (trail.Streamed.HasPassed, trail.Snapshot.HasPassed) = (false, false);
            return passed;
        }
    }

    /// <summary>The records said what the settled row says: so does the event that stands for them, should another process have written the row meanwhile.</summary>
    private ChangeEvent Event(in RowTrail trail, in Mark at, string server, SnapshotKind snapshot) => new()
    {
        Origin = Home.OriginOf(trail.First),
        Table = _state.Key.Table,
        Op = snapshot == SnapshotKind.Streamed ? ChangeOp.Update : ChangeOp.Read,
        After = _state.Row,
        Snapshot = snapshot,
        Position = at.Position(server),
        CommittedAt = at.CommittedAt,
    };
}
