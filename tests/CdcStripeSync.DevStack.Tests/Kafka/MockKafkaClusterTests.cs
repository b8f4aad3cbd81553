using CdcStripeSync.DevStack.Kafka;
using CdcStripeSync.Kafka.Native;
using Confluent.Kafka;

namespace CdcStripeSync.DevStack.Tests.Kafka;

public sealed class MockKafkaClusterTests
{
    [Fact]
    public async Task Cluster_RecordProduced_IsConsumedFromItsPartition()
    {
        LibrdkafkaResolver.Ensure();
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic("shop.public.products", 3);
        using (var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers }).Build())
        {
            var delivered = await producer.ProduceAsync(new TopicPartition("shop.public.products", 2), new Message<byte[], byte[]> { Key = [1], Value = [2, 3] });
            Assert.Equal(0, delivered.Offset.Value);
        }

        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = cluster.BootstrapServers, GroupId = "test" }).Build();
        consumer.Assign(new TopicPartitionOffset("shop.public.products", 2, Offset.Beginning));
        var read = consumer.Consume(TimeSpan.FromSeconds(20));
        Assert.Equal(new byte[] { 2, 3 }, read.Message.Value);
    }
}
