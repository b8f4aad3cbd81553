using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Kafka.Consuming;

/// <summary>The partitions' ends as librdkafka heard of them with the records of one batch.</summary>
/// <param name="end">The high watermark; negative where there is none yet.</param>
internal sealed class KnownEnds(Func<PartitionId, long> end)
{
    /// <summary>What may still lie before the end when nothing is left to read: the marks of transactions, which are no records.</summary>
    private const long Near = 100;
    private readonly Dictionary<PartitionId, long> _ends = [];
    private PartitionId _last;
    private long _lastEnd;

    /// <summary>Asks anew from here on: partitions grow.</summary>
    public void Forget()
    {
        _ends.Clear();
        _last = default;
    }

    public long Of(string topic, int partition)
    {
        if (_last.Partition == partition && string.Equals(_last.Topic, topic, StringComparison.Ordinal)) return _lastEnd;
        _last = new PartitionId(topic, partition);
        if (!_ends.TryGetValue(_last, out _lastEnd)) _ends[_last] = _lastEnd = Math.Max(0, end(_last));
        return _lastEnd;
    }

    /// <summary>Nothing more is here: a partition read to near its end has no backlog.</summary>
    public static void Reached(List<SourceRecord> batch)
    {
        HashSet<PartitionId> seen = [];
        for (var i = batch.Count - 1; i >= 0; i--)
        {
            var record = batch[i];
            if (seen.Add(new PartitionId(record.Origin.Topic, record.Origin.Partition)) && record.End - record.Origin.Offset <= Near) batch[i] = record with { End = 0 };
        }
    }
}
