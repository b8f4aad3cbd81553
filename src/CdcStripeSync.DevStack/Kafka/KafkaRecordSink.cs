using CdcStripeSync.DevStack.Connector;
using CdcStripeSync.Kafka.Native;
using Confluent.Kafka;

namespace CdcStripeSync.DevStack.Kafka;

/// <summary>The connector's producer. Waits while too much is unread, since the mock cluster drops a full partition's oldest records.</summary>
/// <param name="createTopic">Makes a topic before its first record; called once a topic.</param>
/// <param name="unread">Bytes in all topics that the group has not settled yet, by <see cref="MockKafkaCluster.SizeOf"/>; 0 where nobody is waited for.</param>
public sealed class KafkaRecordSink(string bootstrapServers, Action<string> createTopic, Func<long> unread, Action<OutgoingRecord, TopicPartitionOffset> appended) : IRecordSink, IDisposable
{
    private readonly IProducer<byte[]?, byte[]?> _producer = Build(bootstrapServers);
    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);

    public async Task AppendAsync(OutgoingRecord record, CancellationToken cancellationToken)
    {
        if (_topics.Add(record.Topic)) createTopic(record.Topic);
        while (unread() > MockKafkaCluster.MostUnread) await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        var headers = new Headers();
        foreach (var header in record.Headers) headers.Add(header.Key, header.Value);
        var message = new Message<byte[]?, byte[]?> { Key = record.Key, Value = record.Value, Headers = headers, Timestamp = new Timestamp(record.Timestamp) };
        var delivered = record.Partition is { } partition
            ? await _producer.ProduceAsync(new TopicPartition(record.Topic, partition), message, cancellationToken)
            : await _producer.ProduceAsync(record.Topic, message, cancellationToken);
        appended(record, delivered.TopicPartitionOffset);
    }

    public void Dispose()
    {
        _producer.Flush(TimeSpan.FromSeconds(2));
        _producer.Dispose();
    }

    private static IProducer<byte[]?, byte[]?> Build(string bootstrapServers)
    {
        LibrdkafkaResolver.Ensure();
        return new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers,
            Partitioner = Partitioner.Murmur2Random,
            LingerMs = 0,
            EnableIdempotence = false,
            MessageMaxBytes = 4_000_000,
        }).SetLogHandler((_, _) => { }).Build();
    }
}
