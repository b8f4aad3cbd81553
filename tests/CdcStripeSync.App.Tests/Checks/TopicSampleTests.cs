using CdcStripeSync.App.Checks;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.DevStack.Kafka;
using Confluent.Kafka;

namespace CdcStripeSync.App.Tests.Checks;

public sealed class TopicSampleTests
{
    [Fact]
    public async Task Newest_OfTopics_IsTheLastRecordWithAValueOfEach()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic("rows", 2);
        cluster.CreateTopic("empty", 1);
        using (var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers }).SetLogHandler((_, _) => { }).Build())
        {
            foreach (var value in new[] { [1], [2], (byte[]?)null })
                await producer.ProduceAsync(new TopicPartition("rows", 1), new Message<byte[]?, byte[]?> { Key = [9], Value = value });
        }

        var newest = new TopicSample(new KafkaSettings { BootstrapServers = cluster.BootstrapServers }).Newest(
            [new TopicPartition("rows", 0), new TopicPartition("rows", 1), new TopicPartition("empty", 0)]);
        var record = Assert.Single(newest);
        Assert.Equal(("rows", 1, 1L), (record.Origin.Topic, record.Origin.Partition, record.Origin.Offset));
        Assert.Equal([2], record.Value!.Value.ToArray());
    }
}
