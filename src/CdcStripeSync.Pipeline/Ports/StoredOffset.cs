namespace CdcStripeSync.Pipeline.Ports;

/// <summary>How far a partition is settled.</summary>
/// <param name="Next">The lowest offset that is not settled: where a restart resumes.</param>
/// <param name="Metadata">Later offsets settled already, compactly: <see cref="Settling.SettledRanges"/>; at most 4,096 bytes (Kafka's limit).</param>
public readonly record struct StoredOffset(PartitionId Partition, long Next, string Metadata = "");
