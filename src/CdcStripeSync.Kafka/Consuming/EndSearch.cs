namespace CdcStripeSync.Kafka.Consuming;

/// <summary>Looks for the newest record of each partition: at its very end first, and further before it only where marks of transactions stand there. Records may
/// be large, and partitions many.</summary>
/// <param name="ranges">Partition → its low and high watermark, for those that hold anything.</param>
internal sealed class EndSearch(IReadOnlyDictionary<int, (long Low, long High)> ranges)
{
    /// <summary>How far before the end it looks, one time after the other.</summary>
    private static readonly long[] Near = [1, 2, 10, 100];
    private readonly Dictionary<int, long> _ends = ranges.ToDictionary(r => r.Key, r => r.Value.High);
    private readonly HashSet<int> _sought = [.. ranges.Keys];
    private readonly HashSet<int> _read = [];
    private int _times;

    /// <summary>Partition → the offset behind its newest record; the high watermark where none was found near it.</summary>
    public IReadOnlyDictionary<int, long> Ends => _ends;

    /// <summary>Partitions are being read to their ends.</summary>
    public bool IsReading => _read.Count > 0;

    /// <returns>Partition → where to read on from; empty where nothing is left to look for.</returns>
    public IReadOnlyDictionary<int, long> Begin()
    {
        if (_times > 0) _sought.RemoveWhere(p => Start(p, Near[_times - 1]) == ranges[p].Low);
        if (_times == Near.Length) _sought.Clear();
        _read.UnionWith(_sought);
        return _sought.Count == 0 ? new Dictionary<int, long>() : Starts(Near[_times++]);
    }

    public void Found(int partition, long offset)
    {
        _ends[partition] = offset + 1;
        _sought.Remove(partition);
        if (offset + 1 >= ranges[partition].High) _read.Remove(partition);
    }

    public void AtEnd(int partition) => _read.Remove(partition);

    private Dictionary<int, long> Starts(long near) => _sought.ToDictionary(p => p, p => Start(p, near));

    private long Start(int partition, long near) => Math.Max(ranges[partition].Low, ranges[partition].High - near);
}
