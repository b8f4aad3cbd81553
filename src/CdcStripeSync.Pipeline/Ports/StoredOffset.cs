namespace CdcStripeSync.Pipeline.Ports;

/// <summary>How far a partition is settled.</summary>
/// <param name="Next">The lowest offset that is not settled: where a restart resumes.</param>
/// <param name="Metadata">Later offsets settled already, compactly: <see cref="Settling.SettledRanges"/>; at most 4,096 bytes (Kafka's limit).</param>
public readonly record struct StoredOffset(PartitionId Partition, long Next, string Metadata = "")
{
    /// <summary>As the store answers: the highest that it was ever told, where that is beyond <see cref="Next"/>. It falls with nothing but a store that was put
    /// back to an older time: a former owner's late word lowers <see cref="Next"/> only.</summary>
    public long? Highest { get; init; }

    /// <summary>To the store: reading began below what it knew, perhaps in a topic made anew; what was told before counts no longer as the highest.</summary>
    public bool BeginsAnew { get; init; }

    /// <summary>What the store answers from now on, where <paramref name="standing"/> is what it would have answered.</summary>
    public StoredOffset Over(StoredOffset? standing)
    {
        var highest = BeginsAnew || standing is not { } known ? Next : Math.Max(Next, known.Highest ?? known.Next);
        return this with { BeginsAnew = false, Highest = highest > Next ? highest : null };
    }
}
