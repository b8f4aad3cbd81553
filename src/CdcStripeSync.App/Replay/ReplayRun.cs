using CdcStripeSync.App.Activity;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Debezium;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.DevStack.Kafka;
using CdcStripeSync.DevStack.Registry;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Kafka.Consuming;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Intake;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulator;
using CdcStripeSync.Stripe;
using Confluent.Kafka;

namespace CdcStripeSync.App.Replay;

/// <summary>Sends a recording's bytes through the real pipeline against a fresh simulator.</summary>
/// <param name="inOrder">Records to hand over as they stand here, in process, instead of all of the recording's in the order of their times.</param>
/// <param name="decodeAll">Decodes records that change nothing, too: what the quick look at them is held against.</param>
internal sealed class ReplayRun(Recording recording, Mapping mapping, bool inProcess, IReadOnlyList<SourceRecord>? inOrder = null, bool decodeAll = false)
{
    /// <summary>Recordings up to this size are replayed in exactly the order in which they were made, record by record.</summary>
    private const int Small = 20_000;

    /// <summary>The records are fed one after the other here, without a pause.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Much longer than anything that a record may wait for on its way to its row: an unknown schema takes half a minute.</summary>
    private static readonly TimeSpan Standstill = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private readonly Turns _turns = new(TimeSpan.FromMinutes(5));
    private readonly ActivityLog _activity = new(TimeProvider.System);

    public async Task<ReplayResult> RunAsync(CancellationToken cancellationToken)
    {
        await using var simulator = await StripeSimulator.StartAsync(new SimulatorOptions(), cancellationToken);
        using var gateway = new StripeGateway(new StripeGatewayOptions(simulator.BaseAddress, "sk_test_replay"), TimeProvider.System);
        var store = new InMemoryStateStore();
        var options = new DeliveryOptions { RequestDeadline = TimeSpan.FromSeconds(30), CommitInterval = Poll, SnapshotPatience = Patience };
        var records = recording.Records().Select(r => r.Record).ToList();
        if (inProcess)
        {
            DeliveryEngine? engine = null;
            await using var source = new RecordedSource(inOrder ?? InTime(records), records.Count <= Small ? (given, stop) => _turns.AfterAsync(given, engine!, null, stop) : null);
            engine = Engine(source, recording, store, gateway, options);
            await engine.RunAsync(cancellationToken);
            engine.Dispose();
        }
        else
        {
            await ThroughKafkaAsync(records, store, gateway, options, cancellationToken);
        }

        return new ReplayResult(
            simulator.Requests, simulator.Objects(), await store.ParkedAsync(null, int.MaxValue, cancellationToken),
            await store.DeadLettersAsync(int.MaxValue, cancellationToken), _activity.Counts, _activity.Alarms);
    }

    private async Task ThroughKafkaAsync(List<SourceRecord> records, IStateStore store, StripeGateway gateway, DeliveryOptions options, CancellationToken cancellationToken)
    {
        using var cluster = MockKafkaCluster.Start();
        await using var registry = await SchemaRegistryServer.StartAsync(null, cancellationToken);
        foreach (var (id, schema) in recording.SchemaTexts) registry.Schemas.Put(id, schema);
        var partitions = records.GroupBy(r => r.Origin.Topic).ToDictionary(g => g.Key, g => Math.Max(g.Max(r => r.Origin.Partition) + 1, recording.Partitions.GetValueOrDefault(g.Key)));
        foreach (var (topic, count) in partitions) cluster.CreateTopic(topic, count);
        await using var source = new KafkaRecordSource(new KafkaSourceOptions(cluster.BootstrapServers, "replay", [.. partitions.Keys], new Dictionary<string, string>()));
        using var schemas = new SchemaRegistryClient(new SchemaRegistryOptions(registry.Address), TimeProvider.System);
        using var engine = Engine(source, schemas, store, gateway, options);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = engine.RunAsync(stop.Token);
        await FeedAsync(cluster.BootstrapServers, records, engine, running, cancellationToken);
        await UntilSettledAsync(records, store, engine, running, cancellationToken);
        await stop.CancelAsync();
        await running;
    }

    /// <summary>Waits where too much is unread: a full partition of the mock cluster forgets its oldest records.</summary>
    private async Task FeedAsync(string bootstrapServers, List<SourceRecord> records, DeliveryEngine engine, Task running, CancellationToken cancellationToken)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = bootstrapServers, LingerMs = 1, MessageMaxBytes = 8_000_000 }).SetLogHandler((_, _) => { }).Build();
        var (sent, unread) = (0, 0L);
        foreach (var record in InTime(records))
        {
            var size = MockKafkaCluster.SizeOf(record.Key?.Length ?? 0, record.Value?.Length ?? 0, record.Headers.Sum(h => h.Key.Length + (h.Value?.Length ?? 0)));
            if (unread > 0 && unread + size > MockKafkaCluster.MostUnread)
            {
                producer.Flush(cancellationToken);
                await UntilReadAsync(sent, engine, running, cancellationToken);
                unread = 0;
            }

            producer.Produce(new TopicPartition(record.Origin.Topic, record.Origin.Partition), Message(record));
            sent++;
            unread += size;
            if (records.Count > Small) continue;
            // One partition's records must not overtake another's: a recording is replayed in the order in which it was made.
            producer.Flush(cancellationToken);
            await _turns.AfterAsync(sent, engine, running, cancellationToken);
        }

        producer.Flush(cancellationToken);
        await UntilReadAsync(sent, engine, running, cancellationToken);
    }

    private static Message<byte[]?, byte[]?> Message(SourceRecord record)
    {
        var headers = new Headers();
        foreach (var header in record.Headers) headers.Add(header.Key, header.Value?.ToArray());
        return new Message<byte[]?, byte[]?> { Key = record.Key?.ToArray(), Value = record.Value?.ToArray(), Headers = headers, Timestamp = new Timestamp(record.Timestamp, TimestampType.CreateTime) };
    }

    /// <summary>Until every record that was sent has reached its row.</summary>
    /// <exception cref="UserErrorException">Nothing more is read, so that some are lost.</exception>
    private static async Task UntilReadAsync(long sent, DeliveryEngine engine, Task running, CancellationToken cancellationToken)
    {
        var (read, since) = (engine.Routed, TimeProvider.System.GetTimestamp());
        while (engine.Routed < sent && !running.IsCompleted)
        {
            StopIfClosed(engine);
            if (engine.Routed != read) (read, since) = (engine.Routed, TimeProvider.System.GetTimestamp());
            if (TimeProvider.System.GetElapsedTime(since) > Standstill) throw new UserErrorException($"{read} of {sent} records were read, and the others do not come", "replay it with --in-process, which needs no Kafka");
            await Task.Delay(Poll, cancellationToken);
        }
    }

    private static void StopIfClosed(DeliveryEngine engine)
    {
        if (engine.Closed is { } closed) throw new UserErrorException($"Stripe refuses everything: {closed}", "");
    }

    private static async Task UntilSettledAsync(List<SourceRecord> records, IStateStore store, DeliveryEngine engine, Task running, CancellationToken cancellationToken)
    {
        var ends = records.GroupBy(r => new PartitionId(r.Origin.Topic, r.Origin.Partition)).ToDictionary(g => g.Key, g => (long)g.Count());
        while (true)
        {
            if (running.IsCompleted) await running;
            var stored = (await store.OffsetsAsync(ends.Keys, cancellationToken)).ToDictionary(o => o.Partition, o => o.Next);
            if (ends.All(e => stored.GetValueOrDefault(e.Key) >= e.Value) && engine.Busy == 0)
            {
                if ((await store.ParkedAsync(ParkReason.KeyChange, 1, cancellationToken)).Count > 0) await engine.AllIsReadAsync();
                else if (await AreSweptAsync(store, cancellationToken)) return;
            }

            StopIfClosed(engine);
            await Task.Delay(Poll, cancellationToken);
        }
    }

    /// <summary>Rows that a new snapshot lacks have been looked after, or a record that nobody can read holds that up.</summary>
    private static async Task<bool> AreSweptAsync(IStateStore store, CancellationToken cancellationToken) =>
        (await store.SnapshotEndsAsync(cancellationToken)).All(e => e.IsSwept) || (await store.DeadLettersAsync(1, cancellationToken)).Count > 0;

    /// <summary>As they were written: by time, and within a partition always by offset.</summary>
    public static List<SourceRecord> InTime(List<SourceRecord> records)
    {
        var clock = new Dictionary<(string, int), long>();
        var timed = records.Select(r =>
        {
            var partition = (r.Origin.Topic, r.Origin.Partition);
            clock[partition] = Math.Max(clock.GetValueOrDefault(partition), r.Timestamp);
            return (Record: r, At: clock[partition]);
        }).ToList();
        return [.. timed.OrderBy(t => t.At).ThenBy(t => t.Record.Origin.Topic, StringComparer.Ordinal).ThenBy(t => t.Record.Origin.Partition).ThenBy(t => t.Record.Origin.Offset).Select(t => t.Record)];
    }

    private DeliveryEngine Engine(IRecordSource source, ISchemaSource schemas, IStateStore store, StripeGateway gateway, DeliveryOptions options) => new(
        mapping, source, new DebeziumDecoder(schemas, recording.Decoding, IsMapped), store, gateway, new RequestBudget(BudgetOptions.Unlimited, TimeProvider.System), TimeProvider.System,
        new SystemRandomness(), _activity, options, images: decodeAll ? null : RecordImages.Of(mapping, schemas));

    private bool IsMapped(Core.Changes.TableId table) => mapping.For(table).Any();
}
