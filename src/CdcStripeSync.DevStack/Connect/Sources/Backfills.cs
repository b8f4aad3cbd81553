using System.Threading.Channels;
using CdcStripeSync.DevStack.Connector;
using CdcStripeSync.DevStack.Kafka;
using CdcStripeSync.Kafka.Native;
using Confluent.Kafka;

namespace CdcStripeSync.DevStack.Connect.Sources;

/// <summary>Listens to a connector's signals, in its topic and in its table, and reads tables again when it is asked to, one request after the other.</summary>
internal sealed class Backfills(ConnectorOptions options, SignalSettings signals, MockKafkaCluster kafka, ISchemaIds schemas, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private readonly Channel<SnapshotRequest> _asked = Channel.CreateUnbounded<SnapshotRequest>();

    /// <summary>A row came into the signal table.</summary>
    public void Take(TableSignal signal)
    {
        if (SnapshotRequest.OfRow(signal.Id, signal.Type, signal.Data) is { } request) _asked.Writer.TryWrite(request);
    }

    /// <summary>Until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (signals.Notifications is { } notifications) kafka.CreateTopic(notifications, options.Partitions);
        using var sink = new KafkaRecordSink(kafka.BootstrapServers, name => kafka.CreateTopic(name, options.Partitions), static () => 0, static (_, _) => { });
        var snapshot = new IncrementalSnapshot(options, signals, sink, schemas, time);
        var listening = signals.Topic is { } topic ? ListenAsync(topic, cancellationToken) : Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        var reading = ReadAsync(snapshot, cancellationToken);
        // Whichever fails ends both; a cancellation ends both anyway.
        await await Task.WhenAny(listening, reading);
    }

    private async Task ReadAsync(IncrementalSnapshot snapshot, CancellationToken cancellationToken)
    {
        await foreach (var asked in _asked.Reader.ReadAllAsync(cancellationToken))
            await snapshot.RunAsync(asked.Id, asked.Tables, asked.Filters, cancellationToken);
    }

    private async Task ListenAsync(string topic, CancellationToken cancellationToken)
    {
        kafka.CreateTopic(topic, 1);
        using var consumer = Consumer();
        var from = signals.Earliest ? 0 : consumer.QueryWatermarkOffsets(new TopicPartition(topic, 0), TimeSpan.FromSeconds(10)).High.Value;
        consumer.Assign(new TopicPartitionOffset(topic, 0, from));
        while (true)
        {
            // Consume blocks its thread: it gets one of its own for that moment.
            var result = await Task.Run(() => consumer.Consume(Poll), cancellationToken);
            if (result?.Message is not { Value: { } value, Key: { } key } || key != signals.Prefix) continue;
            if (SnapshotRequest.OfMessage(value) is { } request) await _asked.Writer.WriteAsync(request, cancellationToken);
        }
    }

    private IConsumer<string, string> Consumer()
    {
        LibrdkafkaResolver.Ensure();
        return new ConsumerBuilder<string, string>(new ConsumerConfig { BootstrapServers = kafka.BootstrapServers, GroupId = $"{signals.Prefix}-signals", EnableAutoCommit = false })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }
}
