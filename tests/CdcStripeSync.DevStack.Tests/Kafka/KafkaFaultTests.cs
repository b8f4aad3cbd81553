using System.Collections.Concurrent;
using CdcStripeSync.DevStack.Kafka;
using CdcStripeSync.Kafka.Consuming;
using CdcStripeSync.Pipeline.Ports;
using Confluent.Kafka;

namespace CdcStripeSync.DevStack.Tests.Kafka;

/// <summary>A broker that comes back needs its port, and the mock cluster ends the process where another has it: nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(KafkaFaultTests), DisableParallelization = true)]
[Collection(nameof(KafkaFaultTests))]
public sealed class KafkaFaultTests
{
    private const string Topic = "shop.public.prices";

    [Fact]
    public async Task Source_BrokerGoesAndComesBack_ReadsOn()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1);
        Produce(cluster, Topic, 5, [1]);
        await using var source = Source(cluster, Topic);
        await source.StartAsync(new StoredOffsets(), CancellationToken.None);
        await TakeAsync(source, 5);
        cluster.SetBrokerDown(1);
        await Task.Delay(1_000);
        cluster.SetBrokerUp(1);
        Produce(cluster, Topic, 5, [1]);
        Assert.Equal([5, 6, 7, 8, 9], (await TakeAsync(source, 5)).Select(r => r.Origin.Offset));
    }

    [Fact]
    public async Task Source_StoreHasAnOffsetThatKafkaMissed_KafkaIsTold()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1);
        Produce(cluster, Topic, 5, [1]);
        await using var source = Source(cluster, Topic);
        await source.StartAsync(new StoredOffsets { [new PartitionId(Topic, 0)] = 5 }, CancellationToken.None);
        using var auditor = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = cluster.BootstrapServers, GroupId = "group" }).Build();
        var started = TimeProvider.System.GetTimestamp();
        while (auditor.Committed([new TopicPartition(Topic, 0)], TimeSpan.FromSeconds(10))[0].Offset.Value != 5)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(40), "nothing was committed on an idle partition");
            await Task.Delay(100);
        }
    }

    [Fact]
    public async Task Source_CommitFailsWhileTheBrokerIsAway_IsMadeUpForWhenItIsBack()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1);
        Produce(cluster, Topic, 5, [1]);
        await using var source = new KafkaRecordSource(new KafkaSourceOptions(cluster.BootstrapServers, "group", [Topic], new Dictionary<string, string> { ["socket.timeout.ms"] = "1000" }));
        await source.StartAsync(new StoredOffsets(), CancellationToken.None);
        await TakeAsync(source, 5);
        cluster.SetBrokerDown(1);
        var committing = Task.Run(() => source.CommitAsync([new StoredOffset(new PartitionId(Topic, 0), 5)], CancellationToken.None));
        await Task.Delay(1_500);
        cluster.SetBrokerUp(1);
        await committing;
        using var auditor = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = cluster.BootstrapServers, GroupId = "group" }).Build();
        var started = TimeProvider.System.GetTimestamp();
        while (auditor.Committed([new TopicPartition(Topic, 0)], TimeSpan.FromSeconds(10))[0].Offset.Value != 5)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(40), "the commit was lost");
            await Task.Delay(100);
        }
    }

    [Fact]
    public async Task Source_OffsetExpired_StopsAndAsksForABackfill()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1);
        Produce(cluster, Topic, 12, new byte[900_000]);
        await using var source = Source(cluster, Topic);
        await source.StartAsync(new StoredOffsets { [new PartitionId(Topic, 0)] = 1 }, CancellationToken.None);
        var stopped = await Assert.ThrowsAsync<KafkaSourceException>(() => TakeAsync(source, 1));
        Assert.Contains($"{Topic} [[0]]", stopped.Message, StringComparison.Ordinal);
        Assert.Contains("backfill", stopped.Hint, StringComparison.Ordinal);
        Assert.Contains("--skip-deleted-records", stopped.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Source_OffsetExpiredAndMayBePassed_GoesOnAtTheOldestRecord()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1);
        Produce(cluster, Topic, 12, new byte[900_000]);
        await using var source = new KafkaRecordSource(new KafkaSourceOptions(cluster.BootstrapServers, "group", [Topic], new Dictionary<string, string>()) { SkipsDeletedRecords = true });
        await source.StartAsync(new StoredOffsets { [new PartitionId(Topic, 0)] = 1 }, CancellationToken.None);
        Assert.InRange((await TakeAsync(source, 1))[0].Origin.Offset, 2, 11);
    }

    [Fact]
    public async Task Source_StoppedWhileTheBrokerIsAwayAtAnAssignment_EndsAsAskedFor()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1);
        Produce(cluster, Topic, 5, [1]);
        var source = Source(cluster, Topic);
        var assigned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new StoredOffsets
        {
            Assigned = () =>
            {
                cluster.SetBrokerDown(1);
                assigned.TrySetResult();
            },
        };
        await source.StartAsync(handler, CancellationToken.None);
        await assigned.Task;
        await Task.Delay(500);
        await source.DisposeAsync();
        Assert.Empty(await source.ReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Source_TopicsByPattern_ReadsThoseThatMatch()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1);
        cluster.CreateTopic("other", 1);
        Produce(cluster, Topic, 2, [1]);
        Produce(cluster, "other", 2, [1]);
        await using var source = Source(cluster, @"^shop\.public\..*");
        var handler = new StoredOffsets();
        await source.StartAsync(handler, CancellationToken.None);
        Assert.All(await TakeAsync(source, 2), r => Assert.Equal(Topic, r.Origin.Topic));
        Assert.Equal([new PartitionId(Topic, 0)], handler.Came);
    }

    [Fact]
    public async Task Source_TombstoneAndHeaders_ArriveAsTheyWere()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1);
        using (var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers }).Build())
        {
            var headers = new Headers { { "a", [7] }, { "none", null } };
            await producer.ProduceAsync(new TopicPartition(Topic, 0), new Message<byte[]?, byte[]?> { Key = [1], Value = null, Headers = headers, Timestamp = new Timestamp(1_234, TimestampType.CreateTime) });
            await producer.ProduceAsync(new TopicPartition(Topic, 0), new Message<byte[]?, byte[]?> { Key = null, Value = [] });
        }

        await using var source = Source(cluster, Topic);
        await source.StartAsync(new StoredOffsets(), CancellationToken.None);
        var records = await TakeAsync(source, 2);
        Assert.Equal((byte[])[1], records[0].Key!.Value.ToArray());
        Assert.Null(records[0].Value);
        Assert.Equal(1_234, records[0].Timestamp);
        Assert.Equal(["a", "none"], records[0].Headers.Select(h => h.Key));
        Assert.Null(records[0].Headers[1].Value);
        Assert.Null(records[1].Key);
        Assert.Equal(0, records[1].Value!.Value.Length);
    }

    private static KafkaRecordSource Source(MockKafkaCluster cluster, string topic) =>
        new(new KafkaSourceOptions(cluster.BootstrapServers, "group", [topic], new Dictionary<string, string>()));

    private static void Produce(MockKafkaCluster cluster, string topic, int count, byte[] value)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers }).Build();
        for (var n = 0; n < count; n++) producer.Produce(new TopicPartition(topic, 0), new Message<byte[], byte[]> { Key = [1], Value = value });
        producer.Flush(TimeSpan.FromSeconds(20));
    }

    private static async Task<List<SourceRecord>> TakeAsync(KafkaRecordSource source, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        var records = new List<SourceRecord>();
        while (records.Count < count) records.AddRange(await source.ReadAsync(patience.Token));
        return records;
    }

    /// <summary>A pipeline that only knows where it stopped.</summary>
    private sealed class StoredOffsets : Dictionary<PartitionId, long>, IPartitionHandler
    {
        public Action? Assigned { get; init; }

        /// <summary>Partitions, as they were assigned.</summary>
        public ConcurrentQueue<PartitionId> Came { get; } = [];

        public Task<IReadOnlyDictionary<PartitionId, long>> AssignedAsync(IReadOnlyCollection<PartitionId> partitions, CancellationToken cancellationToken)
        {
            foreach (var partition in partitions) Came.Enqueue(partition);
            Assigned?.Invoke();
            return Task.FromResult<IReadOnlyDictionary<PartitionId, long>>(this);
        }

        public Task RevokedAsync(IReadOnlyCollection<PartitionId> partitions, CancellationToken cancellationToken) => Task.CompletedTask;

        public void Lost(IReadOnlyCollection<PartitionId> partitions)
        {
        }
    }
}
