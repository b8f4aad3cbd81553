using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Kafka.Consuming;

/// <summary>Offsets that are settled and stored, and that Kafka's group does not know yet: a commit can fail, in the middle of a rebalance above all,
/// and on an idle partition no later one makes up for it. Callers lock.</summary>
internal sealed class OwedCommits
{
    private readonly Dictionary<PartitionId, long> _next = [];

    public IReadOnlyList<StoredOffset> All => [.. _next.Select(n => new StoredOffset(n.Key, n.Value))];

    public void Owe(PartitionId partition, long next) => _next[partition] = next;

    /// <summary>Kafka has this one; what was settled since is still owed.</summary>
    public void Paid(PartitionId partition, long next)
    {
        if (_next.GetValueOrDefault(partition, -1) == next) _next.Remove(partition);
    }

    public void Forget(PartitionId partition) => _next.Remove(partition);
}
