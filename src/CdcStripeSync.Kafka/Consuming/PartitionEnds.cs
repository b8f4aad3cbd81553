using Confluent.Kafka;

namespace CdcStripeSync.Kafka.Consuming;

/// <summary>Where the partitions of a topic end, whoever reads them: asked by a client of its own, which joins no group.</summary>
/// <remarks>A partition's high watermark is not where its records end: the marks of transactions lie before it, and no reader's offset passes them.
/// So the newest record itself is looked for.</remarks>
internal sealed class PartitionEnds(KafkaSourceOptions options, Action<string> failed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <returns>Partition → the offset behind its newest record, for those that hold any; null where Kafka does not tell now.</returns>
    public IReadOnlyDictionary<int, long>? Of(string topic, CancellationToken stop)
    {
        using var asking = new ConsumerBuilder<byte[], byte[]>(ConsumerConfiguration.Of(options)).SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => failed(error.Reason)).Build();
        try
        {
            var ranges = Partitions(asking, topic).ToDictionary(p => p.Partition.Value, p => Range(asking.QueryWatermarkOffsets(p, Patience)));
            var search = new EndSearch(ranges.Where(r => r.Value.High > r.Value.Low).ToDictionary());
            var began = TimeProvider.System.GetTimestamp();
            while (search.Begin() is { Count: > 0 } starts)
            {
                asking.Assign(starts.Select(s => new TopicPartitionOffset(topic, s.Key, s.Value)));
                if (!ReadToTheEnds(asking, search, began, stop)) return null;
            }

            return search.Ends;
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

    private static (long Low, long High) Range(WatermarkOffsets offsets) => (offsets.Low.Value, offsets.High.Value);

    /// <returns>False where a partition's end was not reached in time.</returns>
    private static bool ReadToTheEnds(IConsumer<byte[], byte[]> asking, EndSearch search, long began, CancellationToken stop)
    {
        while (search.IsReading && !stop.IsCancellationRequested && TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            if (asking.Consume(TimeSpan.FromMilliseconds(100)) is not { } read) continue;
            if (read.IsPartitionEOF) search.AtEnd(read.Partition.Value);
            else search.Found(read.Partition.Value, read.Offset.Value);
        }

        return !search.IsReading;
    }
}
