using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>Records that are there already, a backlog, handed over as fast as they are taken: what is measured is delivery alone.</summary>
internal sealed class GeneratedSource(Feed feed, int perBatch = 500) : IRecordSource
{
    private int _next;

    public async Task StartAsync(IPartitionHandler handler, CancellationToken cancellationToken)
    {
        await handler.AssignedAsync([.. feed.Ends.Keys], cancellationToken);
        await handler.ComparedAsync(cancellationToken);
    }

    public ValueTask<IReadOnlyList<SourceRecord>> ReadAsync(CancellationToken cancellationToken)
    {
        var batch = new List<SourceRecord>(perBatch);
        for (; batch.Count < perBatch && _next < feed.Count; _next++)
        {
            var record = feed.Record(_next);
            batch.Add(record with { End = feed.Ends[new PartitionId(record.Origin.Topic, record.Origin.Partition)] });
        }

        return new ValueTask<IReadOnlyList<SourceRecord>>(batch);
    }

    public Task CommitAsync(IReadOnlyCollection<StoredOffset> offsets, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Pause(IReadOnlyCollection<PartitionId> partitions)
    {
    }

    public void Resume(IReadOnlyCollection<PartitionId> partitions)
    {
    }

    /// <summary>Not told: no bench looks for rows that vanished.</summary>
    public Task<IReadOnlyDictionary<int, long>?> EndsAsync(string topic, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyDictionary<int, long>?>(null);

    public IReadOnlyDictionary<PartitionId, long> Lag() => new Dictionary<PartitionId, long>();

    public ValueTask DisposeAsync() => default;
}
