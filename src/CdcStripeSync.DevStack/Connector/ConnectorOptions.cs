using System.Collections.Frozen;
using Npgsql;

namespace CdcStripeSync.DevStack.Connector;

/// <summary>What the connector was asked to do: the keys of a Debezium PostgreSQL connector's configuration that it understands.</summary>
public sealed record ConnectorOptions
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string User { get; init; }

    public string? Password { get; init; }

    public required string Database { get; init; }

    /// <summary><c>database.sslmode</c>: disable, prefer, require, verify-ca or verify-full.</summary>
    public string SslMode { get; init; } = "prefer";

    public required string TopicPrefix { get; init; }

    public string SlotName { get; init; } = "debezium";

    public string PublicationName { get; init; } = "dbz_publication";

    public PublicationMode PublicationMode { get; init; } = PublicationMode.AllTables;

    /// <summary><c>publish.via.partition.root</c>: a publication that it makes names partitioned tables, not their partitions.</summary>
    public bool PublishesViaRoot { get; init; }

    public TableFilter Tables { get; init; } = new([], []);

    public ColumnFilter Columns { get; init; } = new([], []);

    /// <summary>Operations that make no record: c, u, d, t. Debezium's default is t.</summary>
    public FrozenSet<string> SkippedOperations { get; init; } = FrozenSet.ToFrozenSet(["t"]);

    /// <summary><c>signal.data.collection</c>; null for none.</summary>
    public TableName? SignalTable { get; init; }

    public bool TransactionMetadata { get; init; }

    /// <summary>Null: no heartbeats.</summary>
    public TimeSpan? HeartbeatInterval { get; init; }

    public string HeartbeatTopicPrefix { get; init; } = "__debezium-heartbeat";

    public bool TombstonesOnDelete { get; init; } = true;

    public DecimalMode DecimalMode { get; init; }

    public string UnavailablePlaceholder { get; init; } = "__debezium_unavailable_value";

    public bool AdjustFieldNames { get; init; }

    /// <summary>False with <c>snapshot.mode</c> no_data: only changes from now on.</summary>
    public bool SnapshotsData { get; init; } = true;

    /// <summary><c>topic.creation.default.partitions</c>, for whoever creates the topics.</summary>
    public int Partitions { get; init; } = 1;

    public string TransactionTopic => $"{TopicPrefix}.transaction";

    public string MessageTopic => $"{TopicPrefix}.message";

    public string HeartbeatTopic => $"{HeartbeatTopicPrefix}.{TopicPrefix}";

    /// <summary>How the database is reached; values come as the same texts whatever the server's settings are.</summary>
    /// <param name="purpose">As <c>pg_stat_activity</c> shows it.</param>
    internal string ConnectionString(string purpose) => new NpgsqlConnectionStringBuilder
    {
        Host = Host,
        Port = Port,
        Username = User,
        Password = Password,
        Database = Database,
        SslMode = Enum.Parse<Npgsql.SslMode>(SslMode.Replace("-", "", StringComparison.Ordinal), ignoreCase: true),
        ApplicationName = $"cdc-stripe {purpose} {TopicPrefix}",
        Timezone = "UTC",
        MaxPoolSize = 4,
        Options = "-c DateStyle=ISO -c IntervalStyle=postgres -c extra_float_digits=1 -c bytea_output=hex",
    }.ConnectionString;

    /// <summary>The topic of a table, its name adjusted to what Kafka allows.</summary>
    public string TopicOf(TableName table) => $"{TopicPrefix}.{table.Schema}.{table.Table}".ToKafkaTopic();
}
