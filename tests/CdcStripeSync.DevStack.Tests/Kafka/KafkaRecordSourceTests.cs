using System.Collections.Concurrent;
using CdcStripeSync.DevStack.Kafka;
using CdcStripeSync.Kafka.Consuming;
using CdcStripeSync.Pipeline.Ports;
using Confluent.Kafka;

namespace CdcStripeSync.DevStack.Tests.Kafka;

public sealed class KafkaRecordSourceTests
{
    private const string Topic = "shop.public.products";

    [Fact]
    public async Task Source_StoppedAfterACommit_ResumesThere()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1);
        await ProduceAsync(cluster, 0, 10);
        await using (var first = new KafkaRecordSource(Options(cluster)))
        {
            await first.StartAsync(new Handler(), CancellationToken.None);
            Assert.Equal(10, (await TakeAsync(first, 10)).Count);
            await first.CommitAsync([new StoredOffset(new PartitionId(Topic, 0), 7)], CancellationToken.None);
        }

        await using var second = new KafkaRecordSource(Options(cluster));
        await second.StartAsync(new Handler { Stored = { [new PartitionId(Topic, 0)] = 7 } }, CancellationToken.None);
        Assert.Equal([7, 8, 9], (await TakeAsync(second, 3)).Select(r => r.Origin.Offset));
    }

    [Fact]
    public async Task Source_StoreIsBehindKafka_StartsAtTheLower()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1);
        await ProduceAsync(cluster, 0, 10);
        await using (var first = new KafkaRecordSource(Options(cluster)))
        {
            await first.StartAsync(new Handler(), CancellationToken.None);
            await TakeAsync(first, 10);
            await first.CommitAsync([new StoredOffset(new PartitionId(Topic, 0), 9)], CancellationToken.None);
        }

        await using var second = new KafkaRecordSource(Options(cluster));
        var handler = new Handler { Stored = { [new PartitionId(Topic, 0)] = 4 } };
        await second.StartAsync(handler, CancellationToken.None);
        Assert.Equal(4, (await TakeAsync(second, 6))[0].Origin.Offset);
        Assert.Equal((4L, 9L), Assert.Single(handler.Behind));
        Assert.Equal(1, handler.BehindWhenCompared);
    }

    [Fact]
    public async Task Source_StoreKnowsNothingAndKafkaDoes_StartsAtTheBeginning()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1);
        await ProduceAsync(cluster, 0, 10);
        await using (var first = new KafkaRecordSource(Options(cluster)))
        {
            await first.StartAsync(new Handler(), CancellationToken.None);
            await TakeAsync(first, 10);
            await first.CommitAsync([new StoredOffset(new PartitionId(Topic, 0), 9)], CancellationToken.None);
        }

        await using var second = new KafkaRecordSource(Options(cluster));
        var handler = new Handler();
        await second.StartAsync(handler, CancellationToken.None);
        Assert.Equal(0, (await TakeAsync(second, 10))[0].Origin.Offset);
        Assert.Equal(((long?)null, 9L), Assert.Single(handler.Behind));
    }

    [Fact]
    public async Task Source_PartitionsComeWhileNobodyReads_TheyWaitInKafka()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.SetFirstJoinDelay(TimeSpan.FromMilliseconds(100));
        cluster.CreateTopic(Topic, 2);
        for (var partition = 0; partition < 2; partition++) await ProduceAsync(cluster, partition, 2_000);
        var options = Options(cluster) with { BatchSize = 5, BufferedBatches = 1 };
        await using var first = new KafkaRecordSource(options);
        var handler = new Handler();
        await first.StartAsync(handler, CancellationToken.None);
        await handler.UntilAsync(h => h.Owned.Count == 2);
        await using (var second = new KafkaRecordSource(options))
        {
            await second.StartAsync(new Handler(), CancellationToken.None);
            await handler.UntilAsync(h => h.Owned.Count == 1);
        }

        await handler.UntilAsync(h => h.Owned.Count == 2);
        await Task.Delay(3_000); // nobody takes what the first one has
        for (var n = 0; n < 20; n++) Assert.InRange((await TakeAsync(first, 1)).Count, 1, 100);
    }

    [Fact]
    public async Task Source_NobodyReads_BuffersNoMoreThanItsBound()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1);
        await ProduceAsync(cluster, 0, 2_000);
        await using var source = new KafkaRecordSource(Options(cluster) with { BatchSize = 10, BufferedBatches = 2 });
        var handler = new Handler();
        await source.StartAsync(handler, CancellationToken.None);
        await handler.UntilAsync(_ => Taken() is >= 30 and <= 45);
        await Task.Delay(1_500);
        Assert.InRange(Taken(), 30, 45); // two batches, the one in hand, and what was on its way when it paused
        var records = await TakeAsync(source, 2_000);
        Assert.Equal(Enumerable.Range(0, 2_000).Select(n => (long)n), records.Select(r => r.Origin.Offset));

        long Taken() => source.Lag().TryGetValue(new PartitionId(Topic, 0), out var lag) ? 2_000 - lag : 0;
    }

    /// <summary>Twelve of them are more than the mock cluster keeps of a partition, unless they are compressed there.</summary>
    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    public async Task Records_ThatProducersCompressed_AreReadAsTheyWere(CompressionType codec)
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1);
        var value = new byte[900_000];
        using (var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers, CompressionType = codec }).Build())
        {
            for (var n = 0; n < 12; n++) await producer.ProduceAsync(new TopicPartition(Topic, 0), new Message<Null, byte[]> { Value = value });
        }

        await using var source = new KafkaRecordSource(Options(cluster));
        await source.StartAsync(new Handler(), CancellationToken.None);
        var records = await TakeAsync(source, 12);
        Assert.Equal(Enumerable.Range(0, 12).Select(n => (long)n), records.Select(r => r.Origin.Offset));
        Assert.All(records, r => Assert.True(r.Value!.Value.Span.SequenceEqual(value)));
    }

    [Fact]
    public async Task Records_MoreIsBehindThem_SayWhereThePartitionEnds()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1);
        await ProduceAsync(cluster, 0, 1_000);
        await using var source = new KafkaRecordSource(Options(cluster) with { BatchSize = 100 });
        await source.StartAsync(new Handler(), CancellationToken.None);
        var records = await TakeAsync(source, 1_000);
        Assert.All(records.Take(500), r => Assert.Equal(1_000, r.End));
        Assert.True(records[^1].End is 0 or 1_000, $"{records[^1].End}");
        await ProduceAsync(cluster, 0, 1);
        var single = Assert.Single(await TakeAsync(source, 1));
        Assert.True(single.End is 0 or 1_001, $"{single.End}");
    }

    [Fact]
    public async Task Lag_RecordsReadAndNotSettled_CountUntilTheyAre()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1);
        await ProduceAsync(cluster, 0, 13);
        var partition = new PartitionId(Topic, 0);
        await using var source = new KafkaRecordSource(Options(cluster));
        await source.StartAsync(new Handler { Stored = { [partition] = 3 } }, CancellationToken.None);
        Assert.Equal(10, (await TakeAsync(source, 10)).Count);
        Assert.Equal(10, source.Lag()[partition]);
        await source.CommitAsync([new StoredOffset(partition, 7)], CancellationToken.None);
        Assert.Equal(6, source.Lag()[partition]);
        await source.CommitAsync([new StoredOffset(partition, 13)], CancellationToken.None);
        Assert.Equal(0, source.Lag()[partition]);
    }

    [Fact]
    public async Task Source_SecondMemberJoins_PartitionsAreSharedAndDrained()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 4);
        await using var first = new KafkaRecordSource(Options(cluster));
        var firstHandler = new Handler();
        await first.StartAsync(firstHandler, CancellationToken.None);
        await firstHandler.UntilAsync(h => h.Owned.Count == 4);
        var secondHandler = new Handler();
        await using var second = new KafkaRecordSource(Options(cluster));
        await second.StartAsync(secondHandler, CancellationToken.None);
        await secondHandler.UntilAsync(h => h.Owned.Count == 2);
        await firstHandler.UntilAsync(h => h.Owned.Count == 2);
        Assert.Empty(firstHandler.Owned.Keys.Intersect(secondHandler.Owned.Keys));
    }

    [Fact]
    public async Task Source_PartitionResumedWhileNobodyReads_IsReadOnWithTheOthers()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 2);
        var handler = new Handler();
        await using var source = new KafkaRecordSource(Options(cluster) with { BatchSize = 5, BufferedBatches = 1 });
        await source.StartAsync(handler, CancellationToken.None);
        await handler.UntilAsync(h => h.Owned.Count == 2);
        await handler.UntilAsync(_ => source.Lag().Count == 2);
        var paused = new PartitionId(Topic, 0);
        source.Pause([paused]);
        for (var partition = 0; partition < 2; partition++) await ProduceAsync(cluster, partition, 40);
        var others = await TakeAsync(source, 20);
        await Task.Delay(500); // all that fits is buffered
        source.Resume([paused]);
        await Task.Delay(500);
        var rest = await TakeAsync(source, 80 - others.Count);
        Assert.All(others, r => Assert.Equal(1, r.Origin.Partition));
        Assert.Equal(Enumerable.Range(0, 40).Select(n => (long)n), rest.Where(r => r.Origin.Partition == 0).Select(r => r.Origin.Offset));
    }

    [Fact]
    public async Task Source_PartitionLeavesWhileNobodyReadsAndComesBack_IsReadOn()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.SetFirstJoinDelay(TimeSpan.FromMilliseconds(100));
        cluster.CreateTopic(Topic, 2);
        for (var partition = 0; partition < 2; partition++) await ProduceAsync(cluster, partition, 40);
        var options = Options(cluster) with { BatchSize = 5, BufferedBatches = 1, Properties = new Dictionary<string, string> { ["session.timeout.ms"] = "6000", ["heartbeat.interval.ms"] = "300" } };
        var handler = new Handler();
        await using var first = new KafkaRecordSource(options);
        await first.StartAsync(handler, CancellationToken.None);
        await handler.UntilAsync(h => h.Owned.Count == 2);
        await Task.Delay(500); // all that fits is buffered: reading pauses
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        var seen = new HashSet<(int, long)>();
        await using (var second = new KafkaRecordSource(options))
        {
            await second.StartAsync(new Handler(), CancellationToken.None);
            await handler.UntilAsync(h => h.Owned.Count == 1);
            // The batch that waited is handed over, and the partition that stayed is read to its end: nothing more makes reading pause and resume.
            var stayed = handler.Owned.Keys.Single().Partition;
            while (seen.Count(r => r.Item1 == stayed) < 40) seen.UnionWith((await first.ReadAsync(patience.Token)).Select(r => (r.Origin.Partition, r.Origin.Offset)));
            Assert.InRange(seen.Count, 40, 79);
        }

        await handler.UntilAsync(h => h.Owned.Count == 2);
        while (seen.Count < 80) seen.UnionWith((await first.ReadAsync(patience.Token)).Select(r => (r.Origin.Partition, r.Origin.Offset)));
    }

    [Fact]
    public async Task Source_GroupMayNotBeReadAs_IsToldOnce_AndReadsOnWhenItMay()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1);
        await ProduceAsync(cluster, 0, 3);
        cluster.Refuse(request: 10, error: (int)ErrorCode.GroupAuthorizationFailed, times: 3);
        var alarms = new ConcurrentQueue<(string Message, string Hint)>();
        await using var source = new KafkaRecordSource(Options(cluster) with { Alarm = (message, hint) => alarms.Enqueue((message, hint)) });
        await source.StartAsync(new Handler(), CancellationToken.None);
        Assert.Equal(3, (await TakeAsync(source, 3)).Count);
        var alarm = Assert.Single(alarms, a => a.Message.Contains("cannot be read by group group", StringComparison.Ordinal));
        Assert.Contains("READ group group", alarm.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_OfATopicThatNobodyReads_AreBehindItsNewestRecords()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 3);
        await ProduceAsync(cluster, 0, 250);
        await ProduceAsync(cluster, 2, 1);
        await using var source = new KafkaRecordSource(Options(cluster));
        var ends = await source.EndsAsync(Topic, CancellationToken.None);
        Assert.Equal([(0, 250L), (2, 1L)], ends!.Select(e => (e.Key, e.Value)).Order());
    }

    [Fact]
    public void Source_PropertyThatBreaksDelivery_IsRefused()
    {
        var options = new KafkaSourceOptions("127.0.0.1:1", "g", [Topic], new Dictionary<string, string> { ["enable.auto.commit"] = "true" });
        Assert.Contains("enable.auto.commit", Assert.Throws<KafkaSourceException>(() => new KafkaRecordSource(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Source_PatternThatLibrdkafkaRefuses_IsSaidAndTheSourceEnds()
    {
        using var cluster = MockKafkaCluster.Start();
        var source = new KafkaRecordSource(Options(cluster) with { Topics = ["^shop[.](?:products|prices)$"] });
        var refusal = await Assert.ThrowsAsync<KafkaSourceException>(() => source.StartAsync(new Handler(), CancellationToken.None));
        Assert.StartsWith("kafka.topics: librdkafka refuses ^shop[.](?:products|prices)$", refusal.Message, StringComparison.Ordinal);
        await source.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Source_TopicGivenTwice_IsReadOnce()
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1);
        await ProduceAsync(cluster, 0, 10);
        await using var source = new KafkaRecordSource(Options(cluster) with { Topics = [Topic, Topic] });
        await source.StartAsync(new Handler(), CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 10).Select(n => (long)n), (await TakeAsync(source, 10)).Select(r => r.Origin.Offset));
    }

    private static KafkaSourceOptions Options(MockKafkaCluster cluster) =>
        new(cluster.BootstrapServers, "group", [Topic], new Dictionary<string, string>());

    private static async Task ProduceAsync(MockKafkaCluster cluster, int partition, int count)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers }).Build();
        for (var n = 0; n < count; n++) producer.Produce(new TopicPartition(Topic, partition), new Message<byte[], byte[]> { Key = [1], Value = BitConverter.GetBytes(n) });
        await Task.Yield();
        producer.Flush(TimeSpan.FromSeconds(20));
    }

    private static async Task<List<SourceRecord>> TakeAsync(KafkaRecordSource source, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        var records = new List<SourceRecord>();
        while (records.Count < count) records.AddRange(await source.ReadAsync(patience.Token));
        return records;
    }

    private sealed class Handler : IPartitionHandler
    {
        public Dictionary<PartitionId, long> Stored { get; } = [];

        public ConcurrentDictionary<PartitionId, bool> Owned { get; } = [];

        /// <summary>What the store knew and what the group did.</summary>
        public List<(long? Stored, long Committed)> Behind { get; } = [];

        public Task StoreIsBehindAsync(PartitionId partition, long? stored, long committed, CancellationToken cancellationToken)
        {
            Behind.Add((stored, committed));
            return Task.CompletedTask;
        }

        /// <summary>What had been told of by the time that all was compared; null before.</summary>
        public int? BehindWhenCompared { get; private set; }

        public Task ComparedAsync(CancellationToken cancellationToken)
        {
            BehindWhenCompared = Behind.Count;
            return Task.CompletedTask;
        }

        public Task<IReadOnlyDictionary<PartitionId, long>> AssignedAsync(IReadOnlyCollection<PartitionId> partitions, CancellationToken cancellationToken)
        {
            foreach (var partition in partitions) Owned[partition] = true;
            return Task.FromResult<IReadOnlyDictionary<PartitionId, long>>(Stored);
        }

        public Task RevokedAsync(IReadOnlyCollection<PartitionId> partitions, CancellationToken cancellationToken)
        {
            Lost(partitions);
            return Task.CompletedTask;
        }

        public void Lost(IReadOnlyCollection<PartitionId> partitions)
        {
            foreach (var partition in partitions) Owned.TryRemove(partition, out _);
        }

        public async Task UntilAsync(Func<Handler, bool> condition)
        {
            var started = TimeProvider.System.GetTimestamp();
            while (!condition(this))
            {
                Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(40), $"owns {string.Join(", ", Owned.Keys)}");
                await Task.Delay(20);
            }
        }
    }
}
