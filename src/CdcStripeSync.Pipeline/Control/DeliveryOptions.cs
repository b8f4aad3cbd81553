namespace CdcStripeSync.Pipeline.Control;

/// <summary>How delivery behaves.</summary>
public sealed record DeliveryOptions
{
    /// <summary>Plan and record, send nothing.</summary>
    public bool Shadow { get; init; }

    /// <summary>The longest that one attempt may take.</summary>
    public TimeSpan RequestDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Entities worked on at the same time, those that wait for their next attempt included: too few would let rows that Stripe refuses for
    /// now hold up the others. Beyond, rows wait with their changes alone, which takes less memory, live ones first.</summary>
    public int MaxLanes { get; init; } = 5_000;

    /// <summary>Records read and not settled at most; beyond, reading waits. What is read together is folded together: the more, the fewer requests.</summary>
    public int MaxUnsettled { get; init; } = 50_000;

    /// <summary>Bytes of such records at most, told from the average of those read lately.</summary>
    public long MaxUnsettledBytes { get; init; } = 64L << 20;

    /// <summary>How long a row waits at most for its changes that are known to be in its partition and not read yet. Zero: it never waits.</summary>
    public TimeSpan FoldPatience { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a row whose key changed from one of which nothing was read yet waits for that one's own records, before an object of its own is
    /// made: they may stand in another partition, or lie behind the topic's retention and never come. Zero: it never waits.</summary>
    public TimeSpan KeyChangePatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often offsets are stored and committed.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How often controls (pause, approvals) are looked at.</summary>
    public TimeSpan ControlInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often rows with unknown columns are looked for in the source database again, where one is configured.</summary>
    public TimeSpan AskAgainInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether rows that a complete new snapshot did not contain are presumed gone.</summary>
    public VanishedRowPolicy VanishedRows { get; init; }

    /// <summary>How long after a snapshot's last row of a table its other rows may still be on their way to other partitions of Kafka.</summary>
    public TimeSpan SnapshotPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often such snapshots are looked after.</summary>
    public TimeSpan SnapshotInterval => SnapshotPatience / 5;

    /// <summary>How old an open intent is before a process that does not work on it finishes it: its own may be gone.</summary>
    public TimeSpan TakeOverAfter { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How often such intents are looked for. Under load many are open, none of them old: the store need not list them every second.</summary>
    public TimeSpan LeftoverInterval => TakeOverAfter / 9;

    /// <summary>How long Stripe remembers an idempotency key.</summary>
    public TimeSpan KeyMemory { get; init; } = TimeSpan.FromHours(23);

    /// <summary>The <c>Stripe-Version</c> that intents are stored with.</summary>
    public string ApiVersion { get; init; } = "2026-07-29.dahlia";
}
