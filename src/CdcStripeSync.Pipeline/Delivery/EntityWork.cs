using System.Collections.Immutable;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Claims;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ordering;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Unchanged;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>An entity while its lane is busy with it: its state, and what has been folded into it and is not settled yet.</summary>
/// <param name="asks">The source database can be asked for a row: a snapshot's row that may be older than a record which could not be read need not be believed.</param>
/// <param name="finishes">What the state has left undone will be done before anything else; not where its end is held, or nothing is sent at all.</param>
internal sealed class EntityWork(ResourceMap map, EntityState state, bool finishes = false, bool asks = false)
{
    private int _called;
    private (Row Row, Desired Desired)? _known;
    private (Row Row, Desired Desired)? _knownFirst;

    public ResourceMap Map => map;

    public EntityState State { get; set; } = state;

    /// <summary>As the store has it.</summary>
    public EntityState Stored { get; set; } = state;

    public List<LaneWork> Folded { get; } = [];

    public List<AuditEntry> Audit { get; } = [];

    public List<Claim> Claims { get; } = [];

    public List<Claim> ClaimsDropped { get; } = [];

    /// <summary>Lanes to wake when this one is settled.</summary>
    public List<(EntityKey Key, LaneWork Work)> Afterwards { get; } = [];

    /// <summary>Of <see cref="Afterwards"/>, what goes into the store with what it follows from.</summary>
    public List<WakeCall> Calls { get; } = [];

    /// <summary>Values that it was told it had lost, and that it has not got by the request that was named: taken again since, or another row's who was here before.</summary>
    public List<LaneWork.ClaimLost> NotHeld { get; } = [];

    /// <summary>What the row wants, as it is known now.</summary>
    public Desired Desired => Of(ref _known, State.Row);

    /// <summary>What the row wanted when its object could first be created.</summary>
    public Desired DesiredAtFirst => State.FirstImage is { } first && !ReferenceEquals(first, State.Row) ? Of(ref _knownFirst, first) : Desired;

    /// <summary>When this process last wrote the state.</summary>
    public DateTimeOffset WrittenAt { get; set; } = DateTimeOffset.MinValue;

    public bool Approved { get; set; }

    /// <summary>What the breadth limit has let pass and is not sent yet: it is not counted again.</summary>
    public BreadthKind Braked { get; set; }

    public int Requests { get; set; }

    /// <summary>Commit time of the newest streamed change folded in.</summary>
    public Instant? CommittedAt { get; private set; }

    public int Changes { get; private set; }

    /// <summary>The position that what is sent comes from: the open intent's, else the newest that is known.</summary>
    public SourcePosition Position => State.Intent is { Position: { IsKnown: true } stored } ? stored : State.Streamed is { Position.IsKnown: true } streamed ? streamed.Position : State.Snapshot?.Position ?? default;

    public bool IsLive { get; private set; }

    /// <summary>What it asks for goes before the rows of snapshots: a change came, or the row's newest word is one that came before, and that it waited with or
    /// that was left.</summary>
    public bool IsUrgent => IsLive || (EventOrder.IsNewestStreamed(State) && (Folded.Count == 0 || Folded.Exists(KeyLane.Hurries)));

    /// <summary>The entity as it was when the work began.</summary>
    public EntityState Began { get; } = state;

    /// <summary>How many Links had changed when the work began.</summary>
    public long Links { get; set; }

    /// <summary>What the newest record folded in said; null where that is not known, or not all that is known of the row.</summary>
    public RowImage? Image { get; private set; }

    /// <summary>Folds what waited, and answers what has to wait for its turn: nothing is folded across a row's coming or going, so that
    /// a row that was sold and went leaves an archived object whether it was read fast or slowly. A stale event changes nothing, but what
    /// its earlier delivery left undone is still planned.</summary>
    public IReadOnlyList<LaneWork> Fold(IReadOnlyList<LaneWork> works, DateTimeOffset now, Action<ChangeEvent, Verdict> judged)
    {
        for (var i = 0; i < works.Count; i++)
        {
            var work = works[i];
            if (work is LaneWork.Event next && (Changes > 0 || IsGoing) && Flips(next)) return [.. works.Skip(i)];
            if (work is LaneWork.Forget && asks && IsGoing) return [.. works.Skip(i)];
            Folded.Add(work);
            switch (work)
            {
                case LaneWork.Event { Change: var change, Table: var table } happened:
                    var verdict = EventOrder.Judge(State, change, table);
                    if (verdict != Verdict.Stale)
                    {
                        var isDoubtful = asks && verdict == Verdict.Apply && change.Snapshot != SnapshotKind.Streamed && Ordering.Fold.IsForgotten(State, map);
                        Image = isDoubtful ? null : happened.Image;
                        var epoch = EventOrder.EpochOf(State, verdict, table);
                        State = isDoubtful ? Ordering.Fold.Note(State, change, epoch) : Ordering.Fold.Apply(State, change, map, epoch, verdict == Verdict.NewEpoch);
                        Changes++;
                        IsLive |= change.Snapshot == SnapshotKind.Streamed;
                        if (change.Snapshot == SnapshotKind.Streamed && change.CommittedAt is { } at && (CommittedAt is null || at > CommittedAt)) CommittedAt = at;
                    }
                    else if (EventOrder.IsTruncated(change, table))
                    {
                        State = Ordering.Fold.Emptied(State, table!);
                    }

                    if (!happened.IsPositionOnly) judged(change, verdict);
                    break;
                case LaneWork.Forget forget:
                    State = Ordering.Fold.Forget(State, forget.Key, map);
                    Image = null;
                    break;
                case LaneWork.Wake { CallId: not null } called when State is { Phase: EntityPhase.Renamed, RenamedTo: { } newKey }: Call(ParentFinder.Parse(newKey), called, now); break;
                case LaneWork.Wake wake: Approved |= wake.Approved; break;
                case LaneWork.ClaimLost lost when State is { Phase: EntityPhase.Renamed, RenamedTo: { } to }: Call(ParentFinder.Parse(to), lost, now); break;
                case LaneWork.ClaimLost { RequestId: not null } lost when Core.Planning.StateAfter.Holding(State, ClaimKinds.FieldOf(lost.Kind), lost.Value)?.RequestId != lost.RequestId: NotHeld.Add(lost); break;
                case LaneWork.ClaimLost lost: State = Core.Planning.StateAfter.Lost(State, ClaimKinds.FieldOf(lost.Kind), lost.Value, lost.RequestId); break;
                case LaneWork.Vanished: break; // judged before anything is folded
                case LaneWork.ParentMoved: break; // its children are called when this row is settled
                case LaneWork.Rename: throw new InvalidOperationException("a key change is not folded");
                default: throw new InvalidOperationException(work.GetType().Name);
            }
        }

        return [];
    }

    /// <summary>The row is gone by another process's word, or by this one's before it died, and its object does not know yet.</summary>
    private bool IsGoing => finishes && !State.RowExists && (State.Intent is not null || State is { StripeId: not null, Phase: EntityPhase.Linked });

    private bool Flips(LaneWork.Event next)
    {
        if (EventOrder.Judge(State, next.Change, next.Table) == Verdict.Stale) return false;
        var after = Ordering.Fold.Apply(State, next.Change, map, 0, isNewEpoch: false);
        return Exists(after) != Exists(State);
    }

    private bool? Exists(EntityState state) => state.RowExists ? DesiredState.Exists(map, state.Row) : false;

    public StateBatch Batch(ParkedRow? park, bool unpark) => new()
    {
        Entities = [State],
        Park = park is null ? [] : [park],
        Unpark = unpark && park is null ? [State.Key] : [],
        Audit = [.. Audit],
        Claims = [.. Claims],
        ClaimsDropped = [.. ClaimsDropped],
        Calls = [.. Calls],
    };

    /// <summary>Wakes another row when this one is settled, by this process or, should it die, by another.</summary>
    public void Call(EntityKey to, LaneWork work, DateTimeOffset now) => Afterwards.Add((to, work with { CallId = Store(to, work, now) }));

    /// <summary>Looks at this row again after a while, by whatever process.</summary>
    public void CallLater(DateTimeOffset now) => Store(State.Key, new LaneWork.Wake(), now);

    private string Store(EntityKey to, LaneWork work, DateTimeOffset now)
    {
        var id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{State.Key}#{Stored.Version}.{_called++}");
        Calls.Add(LaneWork.Call(id, to, work, now));
        return id;
    }

    public ParkedRow Park(ParkReason reason, string message, string hint, DateTimeOffset since) => new(State.Key, reason, "", message, hint, since);

    /// <summary>Worked out once for each row: between two steps it is the same.</summary>
    private Desired Of(ref (Row Row, Desired Desired)? known, Row row)
    {
        if (known is { } worked && ReferenceEquals(worked.Row, row)) return worked.Desired;
        var desired = DesiredState.Of(map, row);
        known = (row, desired);
        return desired;
    }

    /// <summary>Goes back to what the store has, with nothing to go with it. What the row became since is not known then, as after a record that nobody could read.</summary>
    public void GiveUp()
    {
        Afterwards.RemoveAll(a => Calls.Exists(c => c.Id == a.Work.CallId));
        var ended = !State.RowExists;
        State = ReferenceEquals(State.Row, Stored.Row) ? Stored : Ordering.Fold.Forget(Stored, State.Row, map);
        if (ended) State = State with { RowExists = false };
        Image = null;
        Clear();
    }

    /// <summary>The state and what goes with it are durable.</summary>
    public void Settled()
    {
        Stored = State = State.Written();
        Clear();
    }

    private void Clear()
    {
        Audit.Clear();
        Claims.Clear();
        ClaimsDropped.Clear();
        Calls.Clear();
    }
}
