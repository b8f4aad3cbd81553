using System.Globalization;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Settling;

/// <summary>What of each partition is settled: the lowest unsettled offset, forwards only, and the later ones settled already.</summary>
/// <remarks>Offsets may have gaps (compaction, transactions): only offsets that were read count.</remarks>
public sealed class OffsetLedger
{
    private const int MaxMetadata = 4_096;
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

    public void Assign(PartitionId partition)
    {
        lock (_lock) _partitions[partition] = new PartitionLedger();
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
            if (!_partitions.TryGetValue(partition, out var ledger) || !ledger.Open.Remove(offset)) return;
            ledger.Done.Add(offset);
            while (ledger.Done.Count > 0 && ledger.Done.Min < ledger.Next) ledger.Done.Remove(ledger.Done.Min);
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
                if (ledger.Newest < 0 || ledger.Next <= ledger.Reported) continue;
                ledger.Reported = ledger.Next;
                moved.Add(new StoredOffset(partition, ledger.Next, Metadata(ledger)));
            }

            return moved;
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
        long start = -1, end = -1;
        foreach (var offset in ledger.Done)
        {
            if (offset == end + 1 && start >= 0)
            {
                end = offset;
                continue;
            }

            Range(text, start - ledger.Next, end - ledger.Next);
            if (text.Length > MaxMetadata) return "";
            (start, end) = (offset, offset);
        }

        Range(text, start - ledger.Next, end - ledger.Next);
        return text.Length <= MaxMetadata ? text.ToString() : "";
    }

    private static void Range(System.Text.StringBuilder text, long start, long end)
    {
        if (start < 0) return;
        if (text.Length > 0) text.Append(',');
        text.Append(CultureInfo.InvariantCulture, $"{start}");
        if (end > start) text.Append(CultureInfo.InvariantCulture, $"-{end}");
    }

    private sealed class PartitionLedger
    {
        public SortedSet<long> Open { get; } = [];

        /// <summary>Settled beyond the lowest unsettled.</summary>
        public SortedSet<long> Done { get; } = [];

        public long Newest { get; set; } = -1;

        public long Reported { get; set; } = -1;

        public long Next => Open.Count > 0 ? Open.Min : Newest + 1;
    }
}
