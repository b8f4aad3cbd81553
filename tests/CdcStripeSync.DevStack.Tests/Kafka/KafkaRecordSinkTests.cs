using CdcStripeSync.DevStack.Connector;
using CdcStripeSync.DevStack.Kafka;
using Confluent.Kafka;

namespace CdcStripeSync.DevStack.Tests.Kafka;

public sealed class KafkaRecordSinkTests
{
    private const string Topic = "shop.public.products";
    private const int Partitions = 4;

    [Fact]
    public async Task Sink_RecordWithoutPartition_GoesWhereJavasPartitionerPutsIt()
    {
        using var cluster = MockKafkaCluster.Start();
        var places = new List<TopicPartitionOffset>();
        using var sink = new KafkaRecordSink(cluster.BootstrapServers, topic => cluster.CreateTopic(topic, Partitions), () => 0, (_, at) => places.Add(at));
        var keys = Enumerable.Range(0, 20).Select(n => new byte[] { 0, 0, 0, 0, 9, (byte)n }).ToList();
        foreach (var key in keys) await sink.AppendAsync(Record(key, null), CancellationToken.None);
        Assert.Equal(keys.Select(k => Murmur2.Partition(k, Partitions)), places.Select(p => p.Partition.Value));
    }

    [Fact]
    public async Task Sink_RecordWithPartition_GoesThere()
    {
        using var cluster = MockKafkaCluster.Start();
        var places = new List<TopicPartitionOffset>();
        using var sink = new KafkaRecordSink(cluster.BootstrapServers, topic => cluster.CreateTopic(topic, Partitions), () => 0, (_, at) => places.Add(at));
        await sink.AppendAsync(Record([1], 3), CancellationToken.None);
        await sink.AppendAsync(Record([1], 3), CancellationToken.None);
        Assert.Equal([new TopicPartitionOffset(Topic, 3, 0), new TopicPartitionOffset(Topic, 3, 1)], places);
    }

    [Fact]
    public async Task Sink_TooMuchIsUnread_WaitsUntilItIsRead()
    {
        using var cluster = MockKafkaCluster.Start();
        long unread = 10_000_000;
        using var sink = new KafkaRecordSink(cluster.BootstrapServers, topic => cluster.CreateTopic(topic, Partitions), () => Interlocked.Read(ref unread), (_, _) => { });
        var appending = sink.AppendAsync(Record([1], 0), CancellationToken.None);
        await Task.Delay(300);
        Assert.False(appending.IsCompleted);
        Interlocked.Exchange(ref unread, 0);
        await appending.WaitAsync(TimeSpan.FromSeconds(20));
    }

    private static OutgoingRecord Record(byte[] key, int? partition) => new(Topic, partition, key, [1], [], DateTimeOffset.UnixEpoch, 1);
}
