using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Settling;

/// <summary>What of each partition is settled: the lowest unsettled offset, forwards only, and the later ones settled already.</summary>
/// <remarks>Offsets may have gaps (compaction, transactions): only offsets that were read count.</remarks>
public sealed class OffsetLedger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PartitionId, PartitionLedger> _partitions = [];

    /// <summary>Records read and not settled, over all partitions.</summary>
    public int Unsettled
    {
        get
        {
            lock (_lock) return _partitions.Values.Sum(p => p.Unsettled);
        }
    }

    /// <param name="stored">The store's word on where the partition goes on, and on what is settled beyond: reading begins there, or below; null where it has none.</param>
    public void Assign(PartitionId partition, StoredOffset? stored = null)
    {
        lock (_lock) _partitions[partition] = new PartitionLedger(stored);
    }

    public void Forget(PartitionId partition)
    {
        lock (_lock) _partitions.Remove(partition);
    }

    /// <summary>A record was read; in offset order within its partition.</summary>
    public void Read(PartitionId partition, long offset)
    {
        lock (_lock)
        {
            if (_partitions.TryGetValue(partition, out var ledger)) ledger.Read(offset);
        }
    }

    /// <summary>Whether a record that was read had been settled before the partition came here.</summary>
    public bool WasSettled(PartitionId partition, long offset)
    {
        lock (_lock) return _partitions.TryGetValue(partition, out var ledger) && ledger.Before.Contains(offset);
    }

    /// <summary>A record is settled. One of a partition that was forgotten meanwhile is ignored.</summary>
    public void Settle(PartitionId partition, long offset)
    {
        lock (_lock)
        {
            if (_partitions.TryGetValue(partition, out var ledger)) ledger.Settle(offset);
        }
    }

    /// <summary>A record changed nothing but its row's position, which is not written yet: an earlier record, unsettled until then, stands for it.</summary>
    public void Count(PartitionId partition, long offset)
    {
        lock (_lock)
        {
            if (_partitions.TryGetValue(partition, out var ledger)) ledger.Count(offset);
        }
    }

    /// <summary>What moved since the last call, to be stored and committed.</summary>
    public IReadOnlyList<StoredOffset> Advanced()
    {
        lock (_lock)
        {
            var moved = new List<StoredOffset>();
            foreach (var (partition, ledger) in _partitions)
            {
                if (ledger.Advanced() is var (next, metadata, beginsAnew)) moved.Add(new StoredOffset(partition, next, metadata) { BeginsAnew = beginsAnew });
            }

            return moved;
        }
    }

    /// <summary>All that was read of each partition, as a store would have forgotten it.</summary>
    public IReadOnlyList<ForgottenRecords> Known()
    {
        lock (_lock) return [.. _partitions.Select(p => new ForgottenRecords(p.Key, p.Value.Known)).Where(f => f.Until > 0)];
    }

    /// <summary>The next <see cref="Advanced"/> tells of all of a topic's partitions, moved or not: a former owner's word may have come to the store late,
    /// and stands there lower than what is settled.</summary>
    public void TellAgain(string topic)
    {
        lock (_lock)
        {
            foreach (var (partition, ledger) in _partitions)
            {
                if (partition.Topic == topic) ledger.TellAgain();
            }
        }
    }

    /// <summary>They could not be stored: the next <see cref="Advanced"/> tells of them again.</summary>
    public void TakeBack(IReadOnlyList<StoredOffset> offsets)
    {
        lock (_lock)
        {
            foreach (var offset in offsets)
            {
                if (_partitions.TryGetValue(offset.Partition, out var ledger)) ledger.TakeBack(offset);
            }
        }
    }
}
