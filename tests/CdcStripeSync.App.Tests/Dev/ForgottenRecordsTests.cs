using System.Collections.Concurrent;
using CdcStripeSync.App.Dev;
using CdcStripeSync.DevStack.Kafka;
using Confluent.Kafka;

namespace CdcStripeSync.App.Tests.Dev;

public sealed class ForgottenRecordsTests
{
    [Fact]
    public async Task Partition_ThatHoldsNoMore_IsSaidOnceWithWhereItBegins()
    {
        using var cluster = MockKafkaCluster.Start();
        foreach (var topic in new[] { "large", "later", "small" }) cluster.CreateTopic(topic, 2);
        await ProduceAsync(cluster, "small", 1, 10);
        await ProduceAsync(cluster, "large", 1, 12);
        var said = new ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();
        var watching = new ForgottenRecords(cluster.BootstrapServers, said.Enqueue).RunAsync(stop.Token);
        await UntilAsync(said, "large, partition 1");
        await ProduceAsync(cluster, "later", 0, 12);
        await UntilAsync(said, "later, partition 0");
        await stop.CancelAsync();
        await watching.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(2, said.Count);
        Assert.Matches("here begins at offset [1-9]", said.First());
    }

    private static async Task ProduceAsync(MockKafkaCluster cluster, string topic, int partition, int count)
    {
        var value = new byte[topic == "small" ? 1 : 900_000];
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers }).SetLogHandler((_, _) => { }).Build();
        for (var n = 0; n < count; n++) await producer.ProduceAsync(new TopicPartition(topic, partition), new Message<Null, byte[]> { Value = value });
    }

    private static async Task UntilAsync(ConcurrentQueue<string> said, string words)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!said.Any(s => s.StartsWith(words, StringComparison.Ordinal)))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60), $"said: {string.Join("; ", said)}");
            await Task.Delay(50);
        }
    }
}
