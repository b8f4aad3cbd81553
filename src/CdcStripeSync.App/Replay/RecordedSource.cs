using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Replay;

/// <summary>A recording as a record source without Kafka: all partitions assigned at once, records in the order given, then the end.</summary>
/// <param name="turn">Waits for the turn of the next record after that many, where records are handed over one by one; otherwise 500 go together.</param>
internal sealed class RecordedSource(IReadOnlyList<SourceRecord> records, Func<long, CancellationToken, Task>? turn) : IRecordSource
{
    private readonly int _batchSize = turn is null ? 500 : 1;
    private readonly Dictionary<PartitionId, long> _committed = [];
    private readonly HashSet<PartitionId> _paused = [];
    private readonly Queue<SourceRecord> _waiting = new(records);
    private long _given;
    private readonly SemaphoreSlim _resumed = new(0);

    /// <summary>Committed offsets by partition: the next offset to read.</summary>
    public IReadOnlyDictionary<PartitionId, long> Committed
    {
        get
        {
            lock (_committed) return new Dictionary<PartitionId, long>(_committed);
        }
    }

    public async Task StartAsync(IPartitionHandler handler, CancellationToken cancellationToken)
    {
        await handler.AssignedAsync([.. Ends().Keys], cancellationToken);
        await handler.ComparedAsync(cancellationToken);
    }

    public async ValueTask<IReadOnlyList<SourceRecord>> ReadAsync(CancellationToken cancellationToken)
    {
        if (turn is not null) await turn(_given, cancellationToken);
        while (true)
        {
            var batch = new List<SourceRecord>(_batchSize);
            lock (_paused)
            {
                // A paused partition holds up the others behind it: the recording is one sequence, and order is all it promises.
                while (batch.Count < _batchSize && _waiting.TryPeek(out var next) && !_paused.Contains(PartitionOf(next))) batch.Add(_waiting.Dequeue());
                _given += batch.Count;
                if (batch.Count > 0 || _waiting.Count == 0) return batch;
            }

            await _resumed.WaitAsync(cancellationToken);
        }
    }

    public void Pause(IReadOnlyCollection<PartitionId> partitions)
    {
        lock (_paused) _paused.UnionWith(partitions);
    }

    public void Resume(IReadOnlyCollection<PartitionId> partitions)
    {
        lock (_paused) _paused.ExceptWith(partitions);
        _resumed.Release();
    }

    public Task CommitAsync(IReadOnlyCollection<StoredOffset> offsets, CancellationToken cancellationToken)
    {
        lock (_committed)
        {
            foreach (var offset in offsets) _committed[offset.Partition] = offset.Next;
        }

        return Task.CompletedTask;
    }

    /// <summary>Of the whole recording: nothing is told of its rows before all of it has been read.</summary>
    public Task<IReadOnlyDictionary<int, long>?> EndsAsync(string topic, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<int, long>?>(Ends().Where(e => e.Key.Topic == topic).ToDictionary(e => e.Key.Partition, e => e.Value));

    public IReadOnlyDictionary<PartitionId, long> Lag()
    {
        var committed = Committed;
        return Ends().ToDictionary(e => e.Key, e => Math.Max(0, e.Value - committed.GetValueOrDefault(e.Key)));
    }

    public ValueTask DisposeAsync()
    {
        _resumed.Dispose();
        return ValueTask.CompletedTask;
    }

    private static PartitionId PartitionOf(SourceRecord record) => new(record.Origin.Topic, record.Origin.Partition);

    private Dictionary<PartitionId, long> Ends() =>
        records.GroupBy(PartitionOf).ToDictionary(g => g.Key, g => g.Max(r => r.Origin.Offset) + 1);
}
