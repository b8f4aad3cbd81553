using CdcStripeSync.Kafka.Consuming;
using CdcStripeSync.Kafka.Native;
using Confluent.Kafka;

namespace CdcStripeSync.Kafka.Tests.Consuming;

public sealed class PartitionPausesTests
{
    private static readonly TopicPartition One = new("t", 1);
    private static readonly TopicPartition Two = new("t", 2);
    private readonly HashSet<TopicPartition> _paused = [];
    private readonly List<string> _failures = [];

    [Fact]
    public void PausedByThePipeline_StaysSoWhenABatchIsTaken()
    {
        var pauses = Pauses();
        pauses.Pause([One]);
        pauses.BeginHandingOver([One, Two]);
        Assert.Equal(2, _paused.Count);
        pauses.EndHandingOver([One, Two]);
        Assert.Equal([One], _paused);
    }

    [Fact]
    public void ResumedWhileABatchWaits_IsReadWhenItIsTaken()
    {
        var pauses = Pauses();
        pauses.Pause([One]);
        pauses.BeginHandingOver([One, Two]);
        pauses.Resume([One]);
        Assert.Contains(One, _paused);
        pauses.EndHandingOver([One, Two]);
        Assert.Empty(_paused);
    }

    [Fact]
    public void PartitionGivenUp_ComesBackAndIsRead()
    {
        var pauses = Pauses();
        pauses.Pause([One]);
        pauses.Forget([One, Two]);
        pauses.BeginHandingOver([One]);
        pauses.EndHandingOver([One]);
        Assert.Empty(_paused);
    }

    [Fact]
    public void TopicIsGone_ReadingGoesOn_AndItIsTold()
    {
        LibrdkafkaResolver.Ensure();
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = "127.0.0.1:1", GroupId = "g" }).SetLogHandler((_, _) => { }).Build();
        Assert.Throws<TopicPartitionException>(() => consumer.Resume([One]));
        var pauses = new PartitionPauses(consumer.Pause, consumer.Resume, _failures.Add);
        pauses.Pause([One]);
        pauses.Resume([One]);
        pauses.Pause([One]);
        pauses.Forget([One]);
        pauses.BeginHandingOver([One]);
        pauses.EndHandingOver([One]);
        Assert.Equal(6, _failures.Count);
    }

    private PartitionPauses Pauses() => new(_paused.UnionWith, _paused.ExceptWith, _failures.Add);
}
