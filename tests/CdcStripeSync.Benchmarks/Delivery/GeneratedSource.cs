using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>Changes that are there already, handed over as fast as they are taken: what is measured is delivery alone.</summary>
internal sealed class GeneratedSource(IReadOnlyList<ChangeEvent> changes, int perBatch = 500) : IRecordSource, IRecordDecoder
{
    private int _next;

    public Task StartAsync(IPartitionHandler handler, CancellationToken cancellationToken) =>
        handler.AssignedAsync([.. changes.Select(c => new PartitionId(c.Origin.Topic, c.Origin.Partition)).Distinct()], cancellationToken);

    public ValueTask<IReadOnlyList<SourceRecord>> ReadAsync(CancellationToken cancellationToken)
    {
        var batch = changes.Skip(_next).Take(perBatch).Select(c => new SourceRecord(c.Origin, 0, null, null, [])).ToList();
        _next += batch.Count;
        return new ValueTask<IReadOnlyList<SourceRecord>>(batch);
    }

    public ValueTask<DecodedRecord> DecodeAsync(SourceRecord record, CancellationToken cancellationToken) =>
        new(new DecodedRecord.Change(changes[(int)record.Origin.Offset]));

    public Task CommitAsync(IReadOnlyCollection<StoredOffset> offsets, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Pause(IReadOnlyCollection<PartitionId> partitions)
    {
    }

    public void Resume(IReadOnlyCollection<PartitionId> partitions)
    {
    }

    public IReadOnlyDictionary<PartitionId, long> Lag() => new Dictionary<PartitionId, long>();

    public ValueTask DisposeAsync() => default;
}
