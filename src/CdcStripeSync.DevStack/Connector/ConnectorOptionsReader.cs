using System.Collections.Frozen;
using System.Text.Json;

namespace CdcStripeSync.DevStack.Connector;

/// <summary>Reads a Debezium connector configuration (JSON, flat, string values; or the REST form with name and config).</summary>
public static class ConnectorOptionsReader
{
    private const string ConnectorClass = "io.debezium.connector.postgresql.PostgresConnector";

    /// <summary>Keys without meaning for one embedded connector: accepted, and nothing follows from them.</summary>
    private static readonly FrozenSet<string> WithoutEffect = FrozenSet.ToFrozenSet(
    [
        "name", "tasks.max", "poll.interval.ms", "max.batch.size", "max.queue.size", "snapshot.fetch.size", "snapshot.max.threads",
        "topic.creation.enable", "topic.creation.default.replication.factor", "topic.creation.default.cleanup.policy",
        "topic.creation.default.compression.type", "slot.drop.on.stop", "status.update.interval.ms",
        "topic.creation.default.min.insync.replicas", "max.queue.size.in.bytes", "read.only", "signal.enabled.channels", "signal.poll.interval.ms",
        "signal.kafka.topic", "signal.kafka.bootstrap.servers", "signal.consumer.auto.offset.reset", "incremental.snapshot.chunk.size", "notification.enabled.channels",
        "notification.sink.topic.name", "errors.log.enable", "errors.log.include.messages", "errors.tolerance", "retriable.restart.connector.wait.ms",
    ]);

    /// <summary>Reads the file's text. <paramref name="variable"/> looks up <c>${env:NAME}</c>.</summary>
    /// <exception cref="ConnectorConfigurationException">Lists everything that is wrong at once.</exception>
    public static ConnectorOptions Read(string json, Func<string, string?> variable)
    {
        var settings = new ConnectorSettings(Flatten(json), new EnvironmentReferences(variable));
        settings.MustBe("connector.class", ConnectorClass);
        settings.MustBe("plugin.name", "pgoutput");
        settings.MustBe("schema.name.adjustment.mode", "avro", "none");
        settings.MustBe("time.precision.mode", "adaptive");
        settings.MustBe("binary.handling.mode", "bytes");
        settings.MustBe("interval.handling.mode", "numeric");
        settings.MustBe("include.unknown.datatypes", "false");
        var decimals = settings.Choice("decimal.handling.mode", "precise", "precise", "string", "double");
        var publication = settings.Choice("publication.autocreate.mode", "all_tables", "all_tables", "disabled", "filtered");
        var heartbeat = settings.Integer("heartbeat.interval.ms", 0, 0, int.MaxValue);
        var options = new ConnectorOptions
        {
            Host = settings.Required("database.hostname"),
            Port = settings.Integer("database.port", 5432, 1, 65535),
            User = settings.Required("database.user"),
            Password = settings.Optional("database.password"),
            Database = settings.Required("database.dbname"),
            SslMode = settings.Choice("database.sslmode", "prefer", "disable", "prefer", "require", "verify-ca", "verify-full"),
            TopicPrefix = settings.Required("topic.prefix"),
            SlotName = settings.Optional("slot.name") ?? "debezium",
            PublicationName = settings.Optional("publication.name") ?? "dbz_publication",
            PublicationMode = publication switch
            {
                "filtered" => PublicationMode.Filtered,
                "disabled" => PublicationMode.Disabled,
                _ => PublicationMode.AllTables,
            },
            PublishesViaRoot = settings.Flag("publish.via.partition.root", false),
            Tables = settings.Tables(),
            Columns = settings.Columns(),
            SkippedOperations = settings.Operations("skipped.operations"),
            SignalTable = settings.Optional("signal.data.collection")?.Split('.') is { Length: >= 2 } parts ? new TableName(parts[^2], parts[^1]) : null,
            TransactionMetadata = settings.Flag("provide.transaction.metadata", false),
            HeartbeatInterval = heartbeat == 0 ? null : TimeSpan.FromMilliseconds(heartbeat),
            HeartbeatTopicPrefix = settings.Optional("topic.heartbeat.prefix") ?? "__debezium-heartbeat",
            TombstonesOnDelete = settings.Flag("tombstones.on.delete", true),
            DecimalMode = decimals switch
            {
                "string" => DecimalMode.String,
                "double" => DecimalMode.Double,
                _ => DecimalMode.Precise,
            },
            UnavailablePlaceholder = settings.Optional("unavailable.value.placeholder") ?? "__debezium_unavailable_value",
            AdjustFieldNames = settings.Choice("field.name.adjustment.mode", "none", "none", "avro") == "avro",
            SnapshotsData = settings.Choice("snapshot.mode", "initial", "initial", "no_data") == "initial",
            Partitions = settings.Integer("topic.creation.default.partitions", 1, 1, 1000),
        };
        settings.MustBeAvroConverter("key.converter");
        settings.MustBeAvroConverter("value.converter");
        settings.RefuseRest(WithoutEffect);
        return settings.Errors.Count == 0 ? options : throw new ConnectorConfigurationException(settings.Errors);
    }

    private static Dictionary<string, string> Flatten(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            var root = document.RootElement;
            if (root.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.Object)
                root = config;
            return root.EnumerateObject().ToDictionary(
                p => p.Name,
                p => p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString()! : p.Value.GetRawText(),
                StringComparer.Ordinal);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new ConnectorConfigurationException(
                [$"not a JSON object of settings ({e.Message}); expected {{\"connector.class\": \"{ConnectorClass}\", …}}"]);
        }
    }
}
