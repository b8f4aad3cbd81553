using CdcStripeSync.DevStack.Connector;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Dev;

/// <summary>A record source that tells the connector's ledger what the group has committed, so that the slot follows.</summary>
internal sealed class SettlementSource(IRecordSource inner, SettlementLedger ledger) : IRecordSource
{
    public Task StartAsync(IPartitionHandler handler, CancellationToken cancellationToken) => inner.StartAsync(handler, cancellationToken);

    public ValueTask<IReadOnlyList<SourceRecord>> ReadAsync(CancellationToken cancellationToken) => inner.ReadAsync(cancellationToken);

    public void Pause(IReadOnlyCollection<PartitionId> partitions) => inner.Pause(partitions);

    public void Resume(IReadOnlyCollection<PartitionId> partitions) => inner.Resume(partitions);

    public async Task CommitAsync(IReadOnlyCollection<StoredOffset> offsets, CancellationToken cancellationToken)
    {
        await inner.CommitAsync(offsets, cancellationToken);
        foreach (var offset in offsets) ledger.Committed(offset.Partition.Topic, offset.Partition.Partition, offset.Next);
    }

    public Task<IReadOnlyDictionary<int, long>?> EndsAsync(string topic, CancellationToken cancellationToken) => inner.EndsAsync(topic, cancellationToken);

    public IReadOnlyDictionary<PartitionId, long> Lag() => inner.Lag();

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
