using System.Text.Json;
using CdcStripeSync.DevStack.Connector;
using CdcStripeSync.DevStack.Kafka;
using CdcStripeSync.Kafka.Native;
using Confluent.Kafka;
using Npgsql;

namespace CdcStripeSync.DevStack.Connect.Sources;

/// <summary>Listens to a connector's signal topic and reads tables again when it is asked to.</summary>
internal sealed class Backfills(ConnectorOptions options, SignalSettings signals, MockKafkaCluster kafka, ISchemaIds schemas, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>Until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (signals.Topic is not { } topic)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return;
        }

        kafka.CreateTopic(topic, 1);
        if (signals.Notifications is { } notifications) kafka.CreateTopic(notifications, options.Partitions);
        using var sink = new KafkaRecordSink(kafka.BootstrapServers, name => kafka.CreateTopic(name, options.Partitions), static () => 0, static (_, _) => { });
        var snapshot = new IncrementalSnapshot(options, signals, sink, schemas, time);
        using var consumer = Consumer();
        var from = signals.Earliest ? 0 : consumer.QueryWatermarkOffsets(new TopicPartition(topic, 0), TimeSpan.FromSeconds(10)).High.Value;
        consumer.Assign(new TopicPartitionOffset(topic, 0, from));
        while (!cancellationToken.IsCancellationRequested)
        {
            // Consume blocks its thread: it gets one of its own for that moment.
            var result = await Task.Run(() => consumer.Consume(Poll), cancellationToken);
            if (result?.Message is not { Value: { } value, Key: { } key } || key != signals.Prefix) continue;
            if (Read(value) is { } asked) await snapshot.RunAsync(asked.Id, asked.Tables, asked.Filters, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private IConsumer<string, string> Consumer()
    {
        LibrdkafkaResolver.Ensure();
        return new ConsumerBuilder<string, string>(new ConsumerConfig { BootstrapServers = kafka.BootstrapServers, GroupId = $"{signals.Prefix}-signals", EnableAutoCommit = false })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    /// <summary>Null for what is no request for an incremental snapshot: Debezium passes over it, too.</summary>
    private static (string Id, IReadOnlyList<string> Tables, IReadOnlyDictionary<string, string> Filters)? Read(string message)
    {
        try
        {
            using var json = JsonDocument.Parse(message);
            var root = json.RootElement;
            if (root.GetProperty("type").GetString() != "execute-snapshot") return null;
            var data = root.GetProperty("data");
            var filters = data.TryGetProperty("additional-conditions", out var conditions)
                ? conditions.EnumerateArray().ToDictionary(c => c.GetProperty("data-collection").GetString()!, c => c.GetProperty("filter").GetString()!, StringComparer.Ordinal)
                : [];
            return (root.GetProperty("id").GetString()!, [.. data.GetProperty("data-collections").EnumerateArray().Select(c => c.GetString()!)], filters);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
