using System.Globalization;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Settling;

/// <summary>What of each partition is settled: the lowest unsettled offset, forwards only, and the later ones settled already.</summary>
/// <remarks>Offsets may have gaps (compaction, transactions): only offsets that were read count.</remarks>
public sealed class OffsetLedger
{
    private const int MaxMetadata = 4_096;
    private const long Untold = -2;
    private readonly Lock _lock = new();
    private readonly Dictionary<PartitionId, PartitionLedger> _partitions = [];

    /// <summary>Records read and not settled, over all partitions.</summary>
    public int Unsettled
    {
        get
        {
            lock (_lock) return _partitions.Values.Sum(p => p.Open.Count);
        }
    }

    /// <param name="stored">The store's word on where the partition goes on; null where it has none.</param>
    public void Assign(PartitionId partition, long? stored = null)
    {
        lock (_lock) _partitions[partition] = new PartitionLedger { Stored = stored };
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
            if (!_partitions.TryGetValue(partition, out var ledger)) return;
            ledger.Open.Add(offset);
            ledger.Newest = offset;
        }
    }

    /// <summary>A record is settled. One of a partition that was forgotten meanwhile is ignored.</summary>
    public void Settle(PartitionId partition, long offset)
    {
        lock (_lock)
        {
            if (_partitions.TryGetValue(partition, out var ledger)) ledger.Open.Remove(offset);
        }
    }

    /// <summary>Offsets that moved since the last call, to be stored and committed.</summary>
    public IReadOnlyList<StoredOffset> Advanced()
    {
        lock (_lock)
        {
            var moved = new List<StoredOffset>();
            foreach (var (partition, ledger) in _partitions)
            {
                if (ledger.Newest < 0 && (ledger.Reported != Untold || ledger.Stored is null)) continue;
                if (ledger.Next <= ledger.Reported) continue;
                ledger.Reported = ledger.Next;
                moved.Add(new StoredOffset(partition, ledger.Next, Metadata(ledger)));
            }

            return moved;
        }
    }

    /// <summary>The next <see cref="Advanced"/> tells of all of a topic's partitions, moved or not: a former owner's word may have come to the store late,
    /// and stands there lower than what is settled.</summary>
    public void TellAgain(string topic)
    {
        lock (_lock)
        {
            foreach (var (partition, ledger) in _partitions)
            {
                if (partition.Topic == topic) ledger.Reported = Untold;
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
                if (_partitions.TryGetValue(offset.Partition, out var ledger) && ledger.Reported == offset.Next) ledger.Reported = -1;
            }
        }
    }

    /// <summary>Ranges settled beyond the lowest unsettled, relative to it: <c>3-7,12</c>; empty where they do not fit.</summary>
    private static string Metadata(PartitionLedger ledger)
    {
        var text = new System.Text.StringBuilder();
        var end = ledger.Next - 1;
        foreach (var open in ledger.Open)
        {
            Range(text, end + 1 - ledger.Next, open - 1 - ledger.Next);
            if (text.Length > MaxMetadata) return "";
            end = open;
        }

        if (ledger.Open.Count > 0) Range(text, end + 1 - ledger.Next, ledger.Newest - ledger.Next);
        return text.Length <= MaxMetadata ? text.ToString() : "";
    }

    private static void Range(System.Text.StringBuilder text, long start, long end)
    {
        if (start > end) return;
        if (text.Length > 0) text.Append(',');
        text.Append(CultureInfo.InvariantCulture, $"{start}");
        if (end > start) text.Append(CultureInfo.InvariantCulture, $"-{end}");
    }

    private sealed class PartitionLedger
    {
        /// <summary>Read and not settled. What lies between is settled: however much that is, it takes no memory.</summary>
        public SortedSet<long> Open { get; } = [];

        public long Newest { get; set; } = -1;

        /// <summary>Where it went on when it came here: settled is what lies below, though nothing of it was read here.</summary>
        public long? Stored { get; init; }

        public long Reported { get; set; } = -1;

        public long Next => Open.Count > 0 ? Open.Min : Newest < 0 && Stored is { } stored ? stored : Newest + 1;
    }
}
