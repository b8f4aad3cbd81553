using System.Diagnostics;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.DevStack.Kafka;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Unchanged;
using Confluent.Kafka;

namespace CdcStripeSync.Benchmarks.Decoding;

/// <summary>Consuming with and without decoding and deciding, in turn, from the mock cluster.</summary>
internal static class KafkaLoop
{
    private const string Topic = "bench";
    private const int Partitions = 16;
    private const int Rounds = 15;
    private const int WarmUp = 3;

    public static void Run(DecodeBench bench)
    {
        using var cluster = MockKafkaCluster.Start();
        cluster.CreateTopic(Topic, Partitions);
        Feed(cluster.BootstrapServers, bench.Records);
        var byIndex = bench.Homes;
        var changes = bench.Records.Select(bench.Decode).ToArray();
        var snapshot = Enumerable.Range(0, changes.Length).Where(i => changes[i]?.Op == ChangeOp.Read).ToArray();
        List<double> bare = [], decided = [];
        for (var round = -WarmUp; round < Rounds; round++)
        {
            bench.Settle(snapshot, changes, -1);
            // Both loops look up which record it is: that is the benchmark's own work.
            long passed = 0;
            var plain = Consume(cluster.BootstrapServers, bench.Records.Length, read => passed += Index(read));
            var group = new RecordGroup();
            PartitionRows? home = null;
            var full = Consume(cluster.BootstrapServers, bench.Records.Length, read =>
            {
                var own = byIndex[Index(read)];
                if (group.IsFull || own != home) Pass();
                home = own;
                group.Add(Record(read));
            }, Pass);

            // In groups of one partition, as its intake takes them from what waits.
            void Pass()
            {
                home?.Expect(group);
                passed += group.Count;
                for (var at = home?.Pass(group, 0) ?? 0; at < group.Count; at = home!.Pass(group, at + 1)) passed--;
                group.Clear();
            }

            if (round < 0) continue;
            bare.Add(plain);
            decided.Add(full);
        }

        double b = Median(bare), d = Median(decided);
        Console.WriteLine($"bare consume loop                      {b / 1e6,6:F3} M records/s by the clock");
        Console.WriteLine($"consume, decode, decide                {d / 1e6,6:F3} M records/s by the clock; {Median([.. decided.Zip(bare, (mine, its) => mine / its)]):F2} of the bare loop");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static int Index(ConsumeResult<byte[], byte[]> read) => BitConverter.ToInt32(read.Message.Headers[0].GetValueBytes());

    private static SourceRecord Record(ConsumeResult<byte[], byte[]> read) => new(
        new RecordOrigin(read.Topic, read.Partition.Value, read.Offset.Value), read.Message.Timestamp.UnixTimestampMs, read.Message.Key, read.Message.Value, []);

    /// <summary>Spread evenly: a partition of the mock cluster forgets its oldest records beyond 5 MiB. A header names the record.</summary>
    private static void Feed(string servers, SourceRecord[] records)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = servers, LingerMs = 5 }).SetLogHandler((_, _) => { }).Build();
        for (var i = 0; i < records.Length; i++)
        {
            var message = new Message<byte[], byte[]> { Key = records[i].Key!.Value.ToArray(), Value = records[i].Value!.Value.ToArray(), Headers = [new Header("i", BitConverter.GetBytes(i))] };
            producer.Produce(new TopicPartition(Topic, i % Partitions), message);
            if (i % 5_000 == 0) producer.Flush();
        }

        producer.Flush();
    }

    /// <returns>Records a second.</returns>
    private static double Consume(string servers, int count, Action<ConsumeResult<byte[], byte[]>> take, Action? end = null)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = servers, GroupId = "bench", EnableAutoCommit = false, QueuedMaxMessagesKbytes = 65_536 }).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(p => new TopicPartitionOffset(Topic, p, Offset.Beginning)));
        var first = consumer.Consume(TimeSpan.FromSeconds(30)) ?? throw new InvalidOperationException("the mock cluster gives no records");
        take(first);
        var clock = Stopwatch.GetTimestamp();
        for (var i = 1; i < count; i++) take(consumer.Consume(TimeSpan.FromSeconds(30)) ?? throw new InvalidOperationException($"the mock cluster gave {i} of {count} records"));
        end?.Invoke();
        return count / Stopwatch.GetElapsedTime(clock).TotalSeconds;
    }
}
