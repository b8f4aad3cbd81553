using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.Checks;
using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.Broker;

/// <summary>One process's consumer: polls, is told of rebalances between two polls, hands batches over. Decodes, too.</summary>
internal sealed class GroupSource(SimulatedProcess process, KafkaBroker broker, Chance chance) : IRecordSource, IRecordDecoder
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);
    private readonly Queue<IReadOnlyList<SourceRecord>> _batches = new();
    private readonly Chance _ends = chance.Fork(1);
    private readonly Dictionary<PartitionId, long> _positions = [];
    private readonly HashSet<PartitionId> _paused = [];
    private IPartitionHandler _handler = null!;
    private GroupMember _member = null!;
    private TaskCompletionSource? _signal;
    private TaskCompletionSource? _reader;
    private bool _stopped;
    private bool _isCompared;
    private int _assignments;

    /// <summary>It has had partitions, and what waited when it began was woken.</summary>
    public bool IsStarted => _isCompared;

    public Task StartAsync(IPartitionHandler handler, CancellationToken cancellationToken)
    {
        _handler = handler;
        _member = broker.Join(process, Wake);
        process.Start(PollAsync);
        return Task.CompletedTask;
    }

    public async ValueTask<IReadOnlyList<SourceRecord>> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_batches.TryDequeue(out var batch))
            {
                Wake();
                return batch;
            }

            _reader = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = cancellationToken.UnsafeRegister(_ => _reader?.TrySetCanceled(cancellationToken), null);
            await _reader.Task;
        }
    }

    public ValueTask<DecodedRecord> DecodeAsync(SourceRecord record, CancellationToken cancellationToken) => process.World.Now < broker.RegistryAwayUntil
        ? ValueTask.FromException<DecodedRecord>(new SchemaRegistryUnavailableException("the registry does not answer"))
        : new(broker.Decode(record.Origin));

    public Task CommitAsync(IReadOnlyCollection<StoredOffset> offsets, CancellationToken cancellationToken)
    {
        if (!chance.In(5)) broker.Commit(_member, offsets);
        return Task.CompletedTask;
    }

    public void Pause(IReadOnlyCollection<PartitionId> partitions) => _paused.UnionWith(partitions);

    public void Resume(IReadOnlyCollection<PartitionId> partitions)
    {
        _paused.ExceptWith(partitions);
        Wake();
    }

    public Task<IReadOnlyDictionary<int, long>?> EndsAsync(string topic, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<int, long>?>(broker.Logs.Values.Where(l => l.Id.Topic == topic && l.Records.Count > 0).ToDictionary(l => l.Id.Partition, l => (long)l.Records.Count));

    public IReadOnlyDictionary<PartitionId, long> Lag() => new Dictionary<PartitionId, long>();

    public ValueTask DisposeAsync()
    {
        _stopped = true;
        if (_member is not null) broker.Leave(_member);
        return default;
    }

    private void Wake() => process.Post(_ => _signal?.TrySetResult(), null);

    private async Task PollAsync()
    {
        while (!_stopped)
        {
            _signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            try
            {
                if (!await WorkAsync()) await _signal.Task;
                else if (chance.In(50)) await Task.Delay(TimeSpan.FromMilliseconds(chance.Between(1, 50)), process.Time);
            }
            catch (OperationCanceledException)
            {
                return; // the engine stopped in the middle of a rebalance
            }
        }
    }

    /// <returns>Whether there was anything to do.</returns>
    private async Task<bool> WorkAsync()
    {
        if (_member.IsEvicted)
        {
            List<PartitionId> lost = [.. _member.Owned];
            if (lost.Count > 0) _handler.Lost(lost);
            _positions.Clear();
            if (!_stopped) _member = broker.Join(process, Wake);
            return true;
        }

        if (broker.ToRevoke(_member) is { Count: > 0 } revoked) await RevokeAsync(_member, revoked);
        else if (broker.ToAssign(_member) is { Count: > 0 } assigned) await AssignAsync(_member, assigned);
        else return Fetch();
        return true;
    }

    private async Task RevokeAsync(GroupMember member, IReadOnlyList<PartitionId> partitions)
    {
        using var drain = new CancellationTokenSource(DrainTime, process.Time);
        var (began, freezes) = (process.World.Now, process.Freezes);
        try
        {
            await _handler.RevokedAsync(partitions, drain.Token);
        }
        catch (OperationCanceledException) when (drain.IsCancellationRequested)
        {
            _handler.Lost(partitions);
        }

        if (process.World.IsTraced) process.World.Say($"{process.Name} gave {string.Join(' ', partitions)}");
        var took = TimeSpan.FromTicks(process.World.Now - began);
        if (took > DrainTime + TimeSpan.FromSeconds(1) && freezes == process.Freezes) process.World.Break(new InvariantBrokenException("drains for too long", $"{process.Name} held its partitions for {took} after they were asked for"));
        foreach (var partition in partitions) _positions.Remove(partition);
        broker.Released(member, partitions);
    }

    private async Task AssignAsync(GroupMember member, IReadOnlyList<PartitionId> partitions)
    {
        if (process.World.IsTraced) process.World.Say($"{process.Name} gets {string.Join(' ', partitions)}");
        member.Owned.AddRange(partitions);
        _assignments++;
        var stored = await _handler.AssignedAsync(partitions, default);
        foreach (var partition in partitions)
        {
            _paused.Remove(partition); // a pause is of one assignment
            _positions[partition] = stored.TryGetValue(partition, out var next) ? Math.Min(broker.Logs[partition].Committed ?? next, next) : 0;
        }

        await _handler.ComparedAsync(default);
        _isCompared = true;
    }

    private bool Fetch()
    {
        if (_batches.Count >= 2) return false;
        var batch = new List<SourceRecord>();
        var most = chance.Between(1, 20);
        foreach (var partition in _member.Owned.Where(p => _positions.ContainsKey(p) && !_paused.Contains(p)))
        {
            var log = broker.Logs[partition].Records;
            var take = Math.Min(log.Count - (int)_positions[partition], chance.Between(1, most));
            // Mostly the end is known; sometimes it is not, and sometimes the marks of transactions lie before it, so that reading never comes to it.
            long end = _ends.In(10) ? 0 : log.Count + (_ends.In(10) ? 1 : 0);
            for (var i = 0; i < take; i++) batch.Add(log[(int)_positions[partition]++].Record with { Assignment = _assignments, End = end });
        }

        if (batch.Count == 0) return false;
        _batches.Enqueue(batch);
        _reader?.TrySetResult();
        return true;
    }
}
