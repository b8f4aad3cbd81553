namespace CdcStripeSync.Pipeline.Ports;

/// <summary>Kafka's consumer group, as the pipeline sees it: records per partition in order, bounded buffers, manual commits.</summary>
public interface IRecordSource : IAsyncDisposable
{
    /// <summary>Joins the group and begins to read; assignments and revocations go to <paramref name="handler"/>.</summary>
    Task StartAsync(IPartitionHandler handler, CancellationToken cancellationToken);

    /// <summary>The next records (in order within each partition), waiting for the first; empty only when the source has ended.</summary>
    ValueTask<IReadOnlyList<SourceRecord>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Stops reading these partitions until <see cref="Resume"/>; records already buffered may still come.</summary>
    void Pause(IReadOnlyCollection<PartitionId> partitions);

    void Resume(IReadOnlyCollection<PartitionId> partitions);

    /// <summary>Commits to Kafka. Offsets of partitions no longer owned are ignored.</summary>
    Task CommitAsync(IReadOnlyCollection<StoredOffset> offsets, CancellationToken cancellationToken);

    /// <summary>Where the partitions of a topic end now, whoever has them: the offset behind the newest record of each that holds any. Null where that
    /// cannot be told at the moment.</summary>
    Task<IReadOnlyDictionary<int, long>?> EndsAsync(string topic, CancellationToken cancellationToken);

    /// <summary>Records of each partition that are not settled, read or not: those between what <see cref="CommitAsync"/> told last and the partition's end. 0 where
    /// all is settled; while some is not, offsets that hold no record (compaction, transactions) count too.</summary>
    IReadOnlyDictionary<PartitionId, long> Lag();
}
