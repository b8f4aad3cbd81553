using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Pipeline.Ports;
using Confluent.Kafka;

namespace CdcStripeSync.App.Checks;

/// <summary>Newest records of topics, one of each that has any with a value; read without a group, so that nothing is committed.</summary>
internal sealed class TopicSample(KafkaSettings settings)
{
    private const int Back = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <exception cref="KafkaException">Kafka does not answer.</exception>
    /// <exception cref="UserErrorException">A property is wrong.</exception>
    public IReadOnlyList<SourceRecord> Newest(IReadOnlyList<TopicPartition> partitions)
    {
        using var consumer = KafkaAccess.Building(Consumer);
        List<SourceRecord> found = [];
        foreach (var topic in partitions.GroupBy(p => p.Topic, StringComparer.Ordinal))
        {
            if (topic.Select(p => Newest(consumer, p)).FirstOrDefault(r => r is not null) is { } record) found.Add(record);
        }

        consumer.Close();
        return found;
    }

    private IConsumer<byte[]?, byte[]?> Consumer()
    {
        var configuration = KafkaAccess.Configured(new ConsumerConfig { EnableAutoCommit = false }, settings);
        configuration.EnablePartitionEof = true;
        configuration.GroupId = $"{settings.GroupId}-check";
        return new ConsumerBuilder<byte[]?, byte[]?>(configuration).SetLogHandler((_, _) => { }).Build();
    }

    private static SourceRecord? Newest(IConsumer<byte[]?, byte[]?> consumer, TopicPartition partition)
    {
        var ends = consumer.QueryWatermarkOffsets(partition, Patience);
        if (ends.High <= ends.Low) return null;
        consumer.Assign(new TopicPartitionOffset(partition, Math.Max(ends.Low, ends.High - Back)));
        SourceRecord? newest = null;
        while (consumer.Consume(Patience) is { IsPartitionEOF: false } result)
        {
            if (result.Message.Value is { } value) newest = Record(result, value);
            if (result.Offset + 1 >= ends.High) break;
        }

        consumer.Unassign();
        return newest;
    }

    private static SourceRecord Record(ConsumeResult<byte[]?, byte[]?> result, byte[] value) => new(
        new RecordOrigin(result.Topic, result.Partition, result.Offset), result.Message.Timestamp.UnixTimestampMs,
        result.Message.Key is { } key ? (ReadOnlyMemory<byte>?)key : null, value,
        [.. result.Message.Headers.Select(h => new RecordHeader(h.Key, h.GetValueBytes() is { } bytes ? (ReadOnlyMemory<byte>?)bytes : null))]);
}
