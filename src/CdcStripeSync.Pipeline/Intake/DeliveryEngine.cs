using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Claims;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Observing;
using CdcStripeSync.Pipeline.Parking;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Settling;
using CdcStripeSync.Pipeline.Unchanged;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>The path of a change: read, decode, route, fold, plan, execute, settle, commit.</summary>
/// <remarks>Everything runs on the caller's scheduler; time comes from <see cref="TimeProvider"/> alone.</remarks>
public sealed class DeliveryEngine : IPartitionHandler, IDisposable
{
    private readonly DeliveryParts _parts;
    private readonly IRecordSource _source;
    private readonly IRecordDecoder _decoder;
    private readonly OffsetLedger _offsets = new();
    private readonly StoreLosses _losses;
    private readonly Backlog _backlog;
    private readonly Room _room;
    private readonly LaneBoard _lanes;
    private readonly LaneRunner _runner;
    private readonly TableBook _tables;
    private readonly Truncates _truncates;
    private readonly VanishedRows _vanished;
    private readonly ControlWatch _controls;
    private readonly Leftovers _leftovers;
    private readonly Awakening _awakening;
    private readonly KeyChangeWaits _keyChanges;
    private readonly UnknownColumns _unknownColumns;
    private readonly Dictionary<PartitionId, PartitionIntake> _partitions = [];
    private readonly CancellationTokenSource _failed = new();
    private Exception? _failure;
    private long _routed;
    private int _assignments;
    private CancellationToken _stop;

    public DeliveryEngine(
        Core.Mapping.Mapping mapping, IRecordSource source, IRecordDecoder decoder, IStateStore store, IStripeGateway gateway, RequestBudget budget,
        TimeProvider time, IRandomness random, IDeliveryObserver observer, DeliveryOptions options, IRowReader? rows = null, IRecordImages? images = null)
    {
        _source = source;
        _decoder = decoder;
        var patient = new PatientStateStore(store, observer, time);
        _parts = new DeliveryParts(
            mapping, patient, new StateWriter(patient), new EntityCache(patient), new ClaimLedger(patient), new Requester(gateway, budget, observer, time),
            new ControlGate(), new BreadthBrake(mapping, patient, time), observer, time, random, options)
        {
            Rows = rows,
            Settled = images is null ? null : new SettledRows(images, (ulong)(random.NextFraction() * (1UL << 53))),
        };
        _losses = new StoreLosses(_parts, _offsets);
        _tables = new TableBook(patient);
        _runner = new LaneRunner(_parts, _tables, new ParkedBook(), AddWork);
        _keyChanges = new KeyChangeWaits(_parts, AddWork);
        _parts.Entities.Loaded = _runner.LoadedAsync;
        var room = new SweepRoom(_parts, () => Busy);
        _truncates = new Truncates(_parts, _tables, room, AddWork, table => _lanes!.BusyOf(table));
        _vanished = new VanishedRows(_parts, source, room, AddWork, IsOwned, _offsets.TellAgain);
        _controls = new ControlWatch(_parts, new LetterRetry(_parts, source, decoder, new RowRouter(_parts, _tables, AddWork, _truncates, _vanished, null, Fail)), room, AddWork);
        _backlog = new Backlog(time, options.FoldPatience);
        _room = new Room(options.MaxUnsettled, options.MaxUnsettledBytes);
        _lanes = new LaneBoard(options.MaxLanes, lane => _runner.RunAsync(lane, _stop), Fail, _parts.Settled, Positions, _backlog.Hold);
        _leftovers = new Leftovers(_parts, _lanes, room, AddWork);
        _awakening = new Awakening(_parts, _runner.Parked, _leftovers, () => Volatile.Read(ref _assignments) > 0, AddWork);
        _unknownColumns = new UnknownColumns(_runner.Parked, AddWork);
    }

    /// <summary>Why nothing is written to Stripe; null while it is.</summary>
    public string? Closed => _parts.Gate.Closed;

    public int Busy => _lanes.Busy;

    public int Unsettled => _offsets.Unsettled;

    /// <summary>Records decoded and handed to their rows since the start.</summary>
    public long Routed => Volatile.Read(ref _routed);

    /// <summary>Runs until cancelled, or until the source ends and everything read is settled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _failed.Token);
        _stop = stop.Token;
        Chores? chores = null;
        try
        {
            await PrepareAsync();
            chores = BeginChores();
            await _source.StartAsync(this, _stop);
            await ReadAsync();
            await SettleAllAsync();
            await AllIsReadAsync();
            await SettleAllAsync();
            await ConcludeAsync();
            stop.Cancel();
            await chores.EndAsync();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            await EndAsync(chores);
        }
        catch (Exception e)
        {
            // The source cannot go on, or the start failed: what is settled stays settled.
            _failure ??= e;
            stop.Cancel();
            await EndAsync(chores);
            throw;
        }

        if (_failure is { } failure) throw new InvalidOperationException($"delivery stopped: {failure.Message}", failure);
    }

    /// <summary>The source has no more, and all of it is settled: what waits for more to be read goes on.</summary>
    public async Task AllIsReadAsync()
    {
        _parts.AllIsRead = true;
        await _keyChanges.GoOnAsync(_stop);
    }

    public async Task<IReadOnlyDictionary<PartitionId, long>> AssignedAsync(IReadOnlyCollection<PartitionId> partitions, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _assignments);
        var stored = (await _parts.Store.OffsetsAsync(partitions, cancellationToken)).ToDictionary(o => o.Partition);
        await _parts.RecallAsync(cancellationToken);
        _parts.Entities.Clear(); // their former owner may have written what is remembered here, of these rows and of their parents
        _parts.Claims.Clear();
        _parts.Settled?.LinksChanged();
        _runner.PartitionsCame();
        foreach (var partition in partitions)
        {
            _offsets.Assign(partition, stored.TryGetValue(partition, out var offset) ? offset : null);
            _losses.Assigned(partition, offset);
            _leftovers.Assigned();
            _truncates.Assigned();
            var backlog = _backlog.Assign(partition);
            lock (_partitions) _partitions[partition] = new PartitionIntake(partition, number, _parts, _source, _decoder, _offsets, _tables, AddWork, _truncates, _vanished, () => HasRouted(backlog), Fail, _parts.Settled?.NewPartition(partition));
        }

        return stored.ToDictionary(o => o.Key, o => o.Value.Next);
    }

    public async Task RevokedAsync(IReadOnlyCollection<PartitionId> partitions, CancellationToken cancellationToken)
    {
        foreach (var partition in partitions)
        {
            PartitionIntake? intake;
            lock (_partitions) _partitions.Remove(partition, out intake);
            if (intake is not null) await intake.StopAsync().WaitAsync(cancellationToken);
        }

        WritePositions();
        _backlog.Release();
        await _lanes.DrainAsync().WaitAsync(cancellationToken);
        await CommitAsync(cancellationToken);
        Lost(partitions);
    }

    public void Lost(IReadOnlyCollection<PartitionId> partitions)
    {
        foreach (var partition in partitions)
        {
            _offsets.Forget(partition);
            _backlog.Forget(partition);
            PartitionIntake? intake;
            lock (_partitions) _partitions.Remove(partition, out intake);
            intake?.Drop();
        }

        _parts.Entities.Clear();
        _lanes.Lost(partitions);
    }

    public void Dispose() => _failed.Dispose();

    public Task StoreIsBehindAsync(PartitionId partition, long? stored, long committed, CancellationToken cancellationToken) => _losses.IsBehindAsync(partition, stored, committed, cancellationToken);

    public Task ComparedAsync(CancellationToken cancellationToken) => _awakening.WakeAsync(cancellationToken);

    private async Task EndAsync(Chores? chores)
    {
        if (chores is not null) await chores.EndAsync();
        _backlog.Close();
        await _lanes.DrainAsync();
        await HandOverAsync();
    }

    private async Task PrepareAsync()
    {
        await _tables.LoadAsync(_stop);
        _parts.Gate.Set(await _parts.Store.ControlsAsync(_stop));
        if (_parts.Gate.Current.Paused) _parts.Observer.Told(ControlWatch.Paused(_parts.Gate.Current));
        _parts.Creates = await new FirstStart(_parts).LookAsync(_stop);
    }

    private async Task ReadAsync()
    {
        while (true)
        {
            var batch = await _source.ReadAsync(_stop);
            if (batch.Count == 0) return;
            _room.Read(batch);
            foreach (var record in batch)
            {
                PartitionIntake? intake;
                lock (_partitions) _partitions.TryGetValue(new PartitionId(record.Origin.Topic, record.Origin.Partition), out intake);
                if (intake is null || !intake.IsOf(record)) continue;
                _offsets.Read(intake.Partition, record.Origin.Offset);
                _backlog.Read(intake.Partition, record);
                intake.Add(record, _stop);
            }

            await RoomAsync();
        }
    }

    /// <summary>Bounded memory: reading waits while too much is unsettled. The source pauses by itself when nobody reads. What waits for a schema stops its own
    /// partition, of which no more is read, and no other.</summary>
    private async Task RoomAsync()
    {
        if (!IsFull()) return;
        WritePositions();
        _backlog.Full();
        while (IsFull()) await Task.Delay(TimeSpan.FromMilliseconds(20), _parts.Time, _stop);
        _backlog.Room();
    }

    private bool IsFull()
    {
        var unsettled = _offsets.Unsettled;
        if (unsettled <= _room.Records) return false;
        lock (_partitions) return unsettled - _partitions.Values.Sum(p => p.AwaitingSchema) > _room.Records;
    }

    private void HasRouted(PartitionBacklog backlog)
    {
        Interlocked.Increment(ref _routed);
        backlog.Routed();
    }

    private async Task SettleAllAsync()
    {
        while (_offsets.Unsettled > 0 || _lanes.Busy > 0) await Task.Delay(TimeSpan.FromMilliseconds(20), _parts.Time, _stop);
        await CommitAsync(_stop);
    }

    /// <summary>Rows that vanished are told when all has been read.</summary>
    private async Task ConcludeAsync()
    {
        await _vanished.ConcludeAsync(_stop);
        await SettleAllAsync();
        await _vanished.ConcludeAsync(_stop);
    }

    /// <summary>A clean stop leaves the offsets of what is settled, so that the next start repeats little; it never waits long for it.</summary>
    private async Task HandOverAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2), _parts.Time);
        var fellBack = _failure as StateStoreFellBackException;
        try
        {
            if (fellBack is null) await CommitAsync(patience.Token);
        }
        catch (StateStoreFellBackException e)
        {
            fellBack = e;
            _failure ??= e;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // The store or Kafka is away: what was settled since the last commit is read again, and found settled.
        }

        if (fellBack is not null) await _losses.FellBackAsync(fellBack);
    }

    private Chores BeginChores()
    {
        var options = _parts.Options;
        var chores = new Chores(_parts.Time, Fail, _stop);
        chores.Every(options.CommitInterval, CommitAsync);
        chores.Every(options.ControlInterval, _controls.LookAsync);
        chores.Every(options.ControlInterval, _awakening.Then(stop => _controls.TryLettersAsync(Fail, stop)));
        chores.Every(options.LeftoverInterval, _awakening.Then(TakeUpAsync));
        chores.Every(options.LeftoverInterval, _awakening.Then(_keyChanges.GoOnAsync));
        chores.Every(options.LeftoverInterval, _truncates.LearnAsync);
        chores.Every(options.SnapshotInterval, _vanished.LookAsync);
        if (_parts.Rows is not null) chores.Every(options.AskAgainInterval, _awakening.Then(_unknownColumns.AskAgainAsync));
        return chores;
    }

    /// <summary>They may be rows of a process which has found meanwhile that the store forgot their objects.</summary>
    private async Task TakeUpAsync(CancellationToken stop)
    {
        await _parts.RecallAsync(stop);
        await _leftovers.TakeUpAsync(stop);
    }

    /// <summary>Positions of records that changed nothing go to their rows' lanes: many of one row at once.</summary>
    private void WritePositions()
    {
        foreach (var row in _parts.Settled?.TakePassed() ?? []) _lanes.AddPositions(row);
    }

    private IEnumerable<LaneWork> Positions(SettledRow row)
    {
        var passed = row.Forget();
        if (passed.Count == 0) return [];
        var ticket = new RecordTicket(passed[0].Origin, _offsets, passed.Count);
        return passed.Select(change => new LaneWork.Event(change, null, ticket) { Image = new RowImage(row.Image, row.Home), IsPositionOnly = true });
    }

    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        WritePositions();
        var moved = _offsets.Advanced();
        if (moved.Count == 0) return;
        try
        {
            // Their turns may be far off. Where Kafka's is not waited for, nothing is lost: the store has it, and a start takes the lower of both.
            await HereAsync(_parts.Writer.WriteAsync(new StateBatch { Offsets = [.. moved] }, cancellationToken)).WaitAsync(cancellationToken);
            await HereAsync(_source.CommitAsync(moved, cancellationToken)).WaitAsync(cancellationToken);
        }
        catch
        {
            _offsets.TakeBack(moved);
            throw;
        }
    }

    /// <summary>A task that ends on the caller's scheduler: waiting for another's own would leave it.</summary>
    private static async Task HereAsync(Task task) => await task;

    private bool IsOwned(PartitionId partition)
    {
        lock (_partitions) return _partitions.ContainsKey(partition);
    }

    private void AddWork(EntityKey key, LaneWork work) => _lanes.Add(key, work);

    private void Fail(Exception e)
    {
        if (e is OperationCanceledException && _stop.IsCancellationRequested) return;
        _failure ??= e;
        _failed.Cancel();
    }
}
