namespace CdcStripeSync.Pipeline.Ports;

/// <summary>What the store has forgotten of a partition: it was put back to an older time, or lost its content.</summary>
/// <param name="Until">Offset below which records may have made objects of which the store knows nothing.</param>
public readonly record struct ForgottenRecords(PartitionId Partition, long Until)
{
    /// <summary>The store lost its content and nothing tells how much it had known. No topic is called so.</summary>
    public static ForgottenRecords All { get; } = new(new PartitionId("*", 0), long.MaxValue);
}
