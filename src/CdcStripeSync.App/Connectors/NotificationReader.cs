using System.Text.Json;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Connect.Backfilling;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Pipeline.Ports;
using Confluent.Kafka;

namespace CdcStripeSync.App.Connectors;

/// <summary>Reads a notification topic from where it ends now.</summary>
internal sealed class NotificationReader : IDisposable
{
    private const string DefaultRegistry = "http://127.0.0.1:8081";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly SchemaRegistryClient _schemas;
    private readonly RecordingDecoder _decoder;

    private NotificationReader(IConsumer<byte[], byte[]> consumer, SchemaRegistryClient schemas)
    {
        _consumer = consumer;
        _schemas = schemas;
        _decoder = new RecordingDecoder(schemas);
    }

    /// <exception cref="UserErrorException">There is no such topic, or a property is wrong.</exception>
    public static NotificationReader Open(Settings settings, string topic)
    {
        var schemas = Schemas(settings.Registry);
        var consumer = KafkaAccess.Building(() =>
            new ConsumerBuilder<byte[], byte[]>(KafkaAccess.Configured(new ConsumerConfig { GroupId = $"cdc-stripe-backfill-{Guid.CreateVersion7()}", EnableAutoCommit = false, AutoOffsetReset = Confluent.Kafka.AutoOffsetReset.Latest }, settings.Kafka))
                .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build());
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var metadata = admin.GetMetadata(topic, Patience).Topics.SingleOrDefault(t => t.Topic == topic);
        if (metadata is null || metadata.Error.IsError || metadata.Partitions.Count == 0)
        {
            consumer.Dispose();
            throw new UserErrorException($"there is no notification topic {topic}", "the connector makes it with its first notification: --no-wait asks without following");
        }

        var partitions = metadata.Partitions.Select(p => new TopicPartition(topic, p.PartitionId));
        consumer.Assign(partitions.Select(p => new TopicPartitionOffset(p, consumer.QueryWatermarkOffsets(p, Patience).High)));
        return new NotificationReader(consumer, schemas);
    }

    /// <summary>The configured registry; notifications in JSON need none.</summary>
    public static SchemaRegistryClient Schemas(RegistrySettings registry)
    {
        if (registry.Url.Length == 0) registry.Url = DefaultRegistry;
        if (SettingsValidator.OfRegistry(registry) is { Count: > 0 } errors) throw new SettingsException(errors);
        return new SchemaRegistryClient(registry.Options(), TimeProvider.System);
    }

    /// <summary>The next notification; null where none came for a moment.</summary>
    public async Task<Notification?> NextAsync(CancellationToken cancellationToken)
    {
        // Consume blocks its thread: it gets one of its own for that moment.
        var result = await Task.Run(() => _consumer.Consume(TimeSpan.FromMilliseconds(200)), cancellationToken);
        if (result?.Message?.Value is not { } value) return null;
        var record = new SourceRecord(new RecordOrigin(result.Topic, result.Partition.Value, result.Offset.Value), result.Message.Timestamp.UnixTimestampMs, (ReadOnlyMemory<byte>?)null, value, []);
        using var line = JsonDocument.Parse(await _decoder.LineAsync(record, cancellationToken));
        if (line.RootElement.TryGetProperty("error", out var error)) throw new UserErrorException($"a notification cannot be read: {error.GetString()}", "registry.url must be the registry that the connector writes to");
        return Notification.Read(line.RootElement.GetProperty("value").GetRawText());
    }

    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
        _schemas.Dispose();
    }
}
