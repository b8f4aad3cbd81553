using Confluent.Kafka;

namespace CdcStripeSync.Kafka.Consuming;

/// <summary>Where the partitions of a topic end, whoever reads them: asked by a client of its own, which joins no group.</summary>
/// <remarks>A partition's high watermark is not where its records end: the marks of transactions lie before it, and no reader's offset passes them.
/// So the newest record itself is looked for.</remarks>
internal sealed class PartitionEnds(KafkaSourceOptions options, Action<string> failed)
{
    /// <summary>Marks of transactions that may lie behind the newest record.</summary>
    private const long Near = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <returns>Partition → the offset behind its newest record, for those that hold any; null where Kafka does not tell now.</returns>
    public IReadOnlyDictionary<int, long>? Of(string topic, CancellationToken stop)
    {
        using var asking = new ConsumerBuilder<byte[], byte[]>(ConsumerConfiguration.Of(options)).SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => failed(error.Reason)).Build();
        try
        {
            var held = Partitions(asking, topic).Select(p => (Id: p, Range: asking.QueryWatermarkOffsets(p, Patience))).Where(p => p.Range.High > p.Range.Low).ToList();
            var ends = held.ToDictionary(p => p.Id.Partition.Value, p => p.Range.High.Value);
            asking.Assign(held.Select(p => new TopicPartitionOffset(p.Id, Math.Max(p.Range.Low.Value, p.Range.High.Value - Near))));
            return ReadToTheEnds(asking, ends, stop) ? ends : null;
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            failed(e.Error.Reason);
            return null;
        }
    }

    /// <summary>A topic that cannot be told now has none, and passes for a failure.</summary>
    private static List<TopicPartition> Partitions(IConsumer<byte[], byte[]> asking, string topic)
    {
        using var admin = new DependentAdminClientBuilder(asking.Handle).Build();
        var found = admin.GetMetadata(topic, Patience).Topics.Single(t => t.Topic == topic);
        if (found.Error.IsError || found.Partitions.Count == 0) throw new KafkaException(found.Error.IsError ? found.Error : new Error(ErrorCode.UnknownTopicOrPart));
        return [.. found.Partitions.Select(p => new TopicPartition(topic, p.PartitionId))];
    }

    /// <param name="ends">The high watermarks; replaced by the offsets behind the newest records.</param>
    /// <returns>False where a partition's end was not reached in time.</returns>
    private static bool ReadToTheEnds(IConsumer<byte[], byte[]> asking, Dictionary<int, long> ends, CancellationToken stop)
    {
        var open = ends.Keys.ToHashSet();
        var newest = new Dictionary<int, long>();
        var began = TimeProvider.System.GetTimestamp();
        while (open.Count > 0 && !stop.IsCancellationRequested && TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            if (asking.Consume(TimeSpan.FromMilliseconds(100)) is not { } read) continue;
            if (!read.IsPartitionEOF) newest[read.Partition.Value] = read.Offset.Value + 1;
            if (read.IsPartitionEOF || newest[read.Partition.Value] >= ends[read.Partition.Value]) open.Remove(read.Partition.Value);
        }

        foreach (var (partition, end) in newest) ends[partition] = end;
        return open.Count == 0;
    }
}
