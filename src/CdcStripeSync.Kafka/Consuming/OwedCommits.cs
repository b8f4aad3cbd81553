using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Kafka.Consuming;

/// <summary>Offsets that are settled and stored, and that Kafka's group does not know yet: a commit can fail, in the middle of a rebalance above all,
/// and on an idle partition no later one makes up for it. Callers lock.</summary>
internal sealed class OwedCommits
{
    private readonly Dictionary<PartitionId, long> _next = [];
    private readonly Dictionary<PartitionId, long> _told = [];

    public IReadOnlyList<StoredOffset> All => [.. _next.Select(n => new StoredOffset(n.Key, n.Value))];

    /// <summary>A word that comes late says less than one that was told before it, and counts no more. Where reading began anew, less is right.</summary>
    public void Owe(StoredOffset offset)
    {
        if (!offset.BeginsAnew && _told.TryGetValue(offset.Partition, out var told) && offset.Next <= told) return;
        _told[offset.Partition] = _next[offset.Partition] = offset.Next;
    }

    /// <summary>Kafka has this one; what was settled since is still owed.</summary>
    public void Paid(PartitionId partition, long next)
    {
        if (_next.GetValueOrDefault(partition, -1) == next) _next.Remove(partition);
    }

    public void Forget(PartitionId partition)
    {
        _next.Remove(partition);
        _told.Remove(partition);
    }
}
