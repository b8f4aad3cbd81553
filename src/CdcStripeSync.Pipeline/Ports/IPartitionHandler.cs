namespace CdcStripeSync.Pipeline.Ports;

/// <summary>The pipeline's side of a rebalance.</summary>
public interface IPartitionHandler
{
    /// <summary>Called before the first record of newly assigned partitions; answers where each starts by the store's word
    /// (the source takes the lower of this and Kafka's committed offset; a partition that is not in the answer has none stored).</summary>
    Task<IReadOnlyDictionary<PartitionId, long>> AssignedAsync(IReadOnlyCollection<PartitionId> partitions, CancellationToken cancellationToken);

    /// <summary>The store's word is lower than Kafka's, or it has none. The store is always written first, so it was put back to an older time or lost its
    /// content, unless it had been told more before and a former owner's word came late. Called before the first record.</summary>
    /// <param name="stored">Null: the store does not know the partition, and it is read from its beginning.</param>
    Task StoreIsBehindAsync(PartitionId partition, long? stored, long committed, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Each partition that came was compared with what Kafka's group has committed: called after <see cref="AssignedAsync"/> and whatever
    /// <see cref="StoreIsBehindAsync"/> had to be told, before the first record. What waited until then may go on.</summary>
    Task ComparedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called while the partitions are still owned: settle or drop what is in flight and commit, within the token's time.</summary>
    Task RevokedAsync(IReadOnlyCollection<PartitionId> partitions, CancellationToken cancellationToken);

    /// <summary>The partitions are gone already; nothing more of them may be written.</summary>
    void Lost(IReadOnlyCollection<PartitionId> partitions);
}
