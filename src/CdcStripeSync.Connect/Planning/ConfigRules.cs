using System.Collections.Immutable;
using CdcStripeSync.Connect.Desired;

namespace CdcStripeSync.Connect.Planning;

/// <summary>What can be wrong with one configuration by itself, whatever the worker and the database say.</summary>
public static class ConfigRules
{
    private static readonly string[] HistoryOptions = ["schema.history.internal.kafka.topic", "schema.history.internal.kafka.bootstrap.servers"];

    /// <param name="passwords">Options whose type is PASSWORD, as the worker defines them.</param>
    public static ImmutableArray<Problem> Judge(DesiredConnector connector, IReadOnlySet<string> passwords)
    {
        var problems = ImmutableArray.CreateBuilder<Problem>();
        foreach (var (option, value) in connector.Config.Where(o => (Secrets.IsSecret(o.Key) || passwords.Contains(o.Key)) && o.Value.Length > 0 && !Secrets.References(o.Value).Any()))
            problems.Add(Problem.Warning($"{option}: a secret stands in the file itself", $"write a reference, ${{env:NAME}}, and set NAME where the worker runs"));
        Converters(connector, problems);
        if (Is(connector, "tombstones.on.delete", "false") && Is(connector, "topic.creation.default.cleanup.policy", "compact"))
            problems.Add(Problem.Warning("tombstones.on.delete is false on compacted topics", "deleted rows stay in them for ever; set it to true"));
        if (connector.Option("heartbeat.interval.ms") is null or "0")
            problems.Add(Problem.Warning("heartbeat.interval.ms is not set", "while the captured tables are quiet the slot holds back the whole server's log, and lag cannot be told from silence; set 1000"));
        if (IsPostgres(connector)) Postgres(connector, problems);
        else if (IsBinlog(connector)) Binlog(connector, problems);
        return problems.ToImmutable();
    }

    public static bool IsPostgres(DesiredConnector connector) => connector.Option("connector.class")?.EndsWith("PostgresConnector", StringComparison.Ordinal) == true;

    public static bool IsBinlog(DesiredConnector connector) =>
        connector.Option("connector.class") is { } type && (type.EndsWith("MySqlConnector", StringComparison.Ordinal) || type.EndsWith("MariaDbConnector", StringComparison.Ordinal));

    private static void Postgres(DesiredConnector connector, ImmutableArray<Problem>.Builder problems)
    {
        if (connector.Option("plugin.name") is null or "decoderbufs")
            problems.Add(Problem.Warning("plugin.name is decoderbufs", "it must be installed in the server; pgoutput is in every PostgreSQL since 10"));
        if (connector.Option("publication.autocreate.mode") is null or "all_tables")
            problems.Add(Problem.Warning("publication.autocreate.mode is all_tables", "every table's changes leave the database and only superusers may create it; set filtered, or disabled with a publication of your own"));
        if (Is(connector, "slot.drop.on.stop", "true"))
            problems.Add(Problem.Warning("slot.drop.on.stop is true", "every restart loses the changes made meanwhile; set false"));
        if (connector.Option("slot.name") is null)
            problems.Add(Problem.Warning("slot.name is not set: the slot is called debezium", "name it after the connector, so that two never share it"));
    }

    private static void Binlog(DesiredConnector connector, ImmutableArray<Problem>.Builder problems)
    {
        if (connector.Option("database.server.id") is null)
            problems.Add(Problem.Refusal("database.server.id: missing", "a number that no other reader of this server's binlog has"));
        if (connector.Option("schema.history.internal") is not (null or "io.debezium.storage.kafka.history.KafkaSchemaHistory")) return;
        foreach (var needed in HistoryOptions.Where(o => connector.Option(o) is null))
            problems.Add(Problem.Refusal($"{needed}: missing", "the connector keeps the tables' history there and cannot restart without it"));
    }

    /// <summary>Recorded (trap 5): JSON without schemas writes decimals as base64 without their scale.</summary>
    private static void Converters(DesiredConnector connector, ImmutableArray<Problem>.Builder problems)
    {
        if (connector.Option("value.converter")?.EndsWith("JsonConverter", StringComparison.Ordinal) == true
            && Is(connector, "value.converter.schemas.enable", "false")
            && connector.Option("decimal.handling.mode") is null or "precise")
            problems.Add(Problem.Refusal("decimal.handling.mode is precise with JSON without schemas: amounts arrive as bytes without their scale and cannot be read", "set decimal.handling.mode to string"));
    }

    private static bool Is(DesiredConnector connector, string option, string value) => string.Equals(connector.Option(option), value, StringComparison.OrdinalIgnoreCase);
}
