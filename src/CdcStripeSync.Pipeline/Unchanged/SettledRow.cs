using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Unchanged;

/// <summary>A row whose newest event is settled, with nothing queued, parked or unfinished: an event that says the same of it changes only its
/// position. Positions that passed are kept here until they are written.</summary>
/// <remarks>Guarded by its home's gate.</remarks>
public sealed class SettledRow
{
    /// <summary>Bytes that a row takes, about.</summary>
    internal const int Size = 192;

    private readonly EntityState _state;
    private readonly long _links;
    private LogPlace _streamed;
    private LogPlace _snapshot;
    private bool _streamedPassed;
    private bool _snapshotPassed;
    private bool _forgotten;
    private RecordOrigin _first;

    /// <param name="links">The book's count of changed Links when the row was settled.</param>
    public SettledRow(EntityState state, RowImage image, long links)
    {
        (_state, _links) = (state, links);
        (Image, Home) = (image.Image, image.Home);
        if (state.Streamed is { } streamed) _streamed.Set(streamed.Position, streamed.CommittedAt);
        if (state.Snapshot is { } snapshot) _snapshot.Set(snapshot.Position, snapshot.CommittedAt);
    }

    public EntityKey Key => _state.Key;

    public RecordImage Image { get; }

    internal PartitionRows Home { get; }

    /// <summary>The oldest record whose position waits to be written.</summary>
    public RecordOrigin? First
    {
        get
        {
            lock (Home.Gate) return _streamedPassed || _snapshotPassed ? _first : null;
        }
    }

    /// <summary>False where the plan may have changed since: the row is forgotten, or Links changed.</summary>
    internal bool Holds(long linksNow) => !_forgotten && _links == linksNow;

    /// <summary>Counts a record that says the same, if the verdict on it is certain: it applies, in the same epoch. Called under the home's gate.</summary>
    /// <remarks>Anything else (a repeat, a position that fell, another server's) is judged by <see cref="Ordering.EventOrder"/> as ever.</remarks>
    internal Passing Pass(EventStamp stamp, RecordOrigin origin)
    {
        ref var place = ref stamp.Place;
        if (!place.IsKnown) return Passing.No;
        var isFirst = !_streamedPassed && !_snapshotPassed;
        if (stamp.Snapshot == SnapshotKind.Streamed)
        {
            if (!place.IsAbove(_streamed, orEqual: false)) return Passing.No;
            _streamed.Set(place);
            _streamedPassed = true;
        }
        else
        {
            if (!place.IsAbove(_streamed, orEqual: true) || !place.IsAbove(_snapshot, orEqual: true)) return Passing.No;
            _snapshot.Set(place);
            _snapshotPassed = true;
        }

        if (!isFirst) return Passing.Counted;
        _first = origin;
        return Passing.First;
    }

    /// <summary>No record passes any more. The positions that did, as events which say what is settled, from the oldest record that waits for
    /// them to be written; none where none passed.</summary>
    public IReadOnlyList<ChangeEvent> Forget()
    {
        lock (Home.Gate)
        {
            _forgotten = true;
            var passed = new List<ChangeEvent>(2);
            // The streamed position first: a snapshot row is judged against it, never the other way round.
            if (_streamedPassed) passed.Add(Event(_streamed, SnapshotKind.Streamed));
            if (_snapshotPassed) passed.Add(Event(_snapshot, SnapshotKind.Incremental));
            (_streamedPassed, _snapshotPassed) = (false, false);
            return passed;
        }
    }

    /// <summary>The records said what the settled row says: so does the event that stands for them, should another process have written the row meanwhile.</summary>
    private ChangeEvent Event(in LogPlace at, SnapshotKind snapshot) => new()
    {
        Origin = _first,
        Table = _state.Key.Table,
        Op = snapshot == SnapshotKind.Streamed ? ChangeOp.Update : ChangeOp.Read,
        After = _state.Row,
        Snapshot = snapshot,
        Position = at.Position,
        CommittedAt = at.CommittedAt,
    };
}
