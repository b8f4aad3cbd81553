using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Connect.Plugins;

/// <summary>The plugins that the worker has installed: Debezium's three, with PostgreSQL's options as recorded.</summary>
/// <remarks>The options of the MySQL and MariaDB connectors were not recorded: they have those that all of Debezium's connectors share, and the names below.</remarks>
internal sealed class PluginCatalogue
{
    private const int WorkersOwn = 24;

    private static readonly string[] OfPostgres =
    [
        "database.dbname", "plugin.name", "slot.", "publication.", "publish.", "replica.identity.", "lsn.", "flush.lsn.", "xmin.", "hstore.", "database.ssl", "database.tcpKeepAlive",
        "message.prefix.", "schema.include.list", "schema.exclude.list", "status.update.", "interval.handling.mode", "internal.log.position",
    ];

    private static readonly (string Name, string Type)[] OfBinlog =
    [
        ("database.server.id", "LONG"), ("database.server.id.offset", "LONG"), ("database.include.list", "LIST"), ("database.exclude.list", "LIST"), ("database.ssl.mode", "STRING"),
        ("database.ssl.keystore", "STRING"), ("database.ssl.keystore.password", "PASSWORD"), ("database.ssl.truststore", "STRING"), ("database.ssl.truststore.password", "PASSWORD"),
        ("connect.timeout.ms", "INT"), ("connect.keep.alive", "BOOLEAN"), ("connect.keep.alive.interval.ms", "LONG"), ("gtid.source.includes", "LIST"), ("gtid.source.excludes", "LIST"),
        ("gtid.source.filter.dml.events", "BOOLEAN"), ("include.schema.changes", "BOOLEAN"), ("include.query", "BOOLEAN"), ("bigint.unsigned.handling.mode", "STRING"),
        ("binlog.buffer.size", "INT"), ("use.nongraceful.disconnect", "BOOLEAN"), ("enable.time.adjuster", "BOOLEAN"), ("event.deserialization.failure.handling.mode", "STRING"),
        ("inconsistent.schema.handling.mode", "STRING"), ("incremental.snapshot.allow.schema.changes", "BOOLEAN"), ("min.row.count.to.stream.results", "INT"), ("snapshot.new.tables", "STRING"),
        ("database.jdbc.driver", "CLASS"), ("database.protocol", "STRING"), ("schema.history.internal", "CLASS"), ("schema.history.internal.skip.unparseable.ddl", "BOOLEAN"),
        ("schema.history.internal.store.only.captured.tables.ddl", "BOOLEAN"), ("schema.history.internal.store.only.captured.databases.ddl", "BOOLEAN"), ("source.struct.version", "STRING"),
    ];

    private readonly JsonArray _all = (JsonArray)Recorded.Json("plugins.json");

    public PluginCatalogue()
    {
        var recorded = Recorded.Json("postgres-options.json");
        var groups = recorded["groups"]!.AsArray().Select(g => g!.GetValue<string>()).ToList();
        var options = recorded["options"]!.AsArray().Select((o, i) => Read(o!, i < WorkersOwn)).ToList();
        var shared = options.Where(o => !OfPostgres.Any(p => o.Name.StartsWith(p, StringComparison.Ordinal))).Concat(OfBinlog.Select((b, i) => Define(b.Name, b.Type, options.Count + i))).ToList();
        Plugins = [.. _all.Where(p => p!["type"]!.GetValue<string>() == "source").Select(p =>
        {
            var (type, version) = (p!["class"]!.GetValue<string>(), p["version"]!.GetValue<string>());
            var postgres = type.EndsWith("PostgresConnector", StringComparison.Ordinal);
            var location = $"file:/kafka/plugins/debezium-connector-{(postgres ? "postgres" : type.Contains("mariadb", StringComparison.Ordinal) ? "mariadb" : "mysql")}/";
            return new ConnectorPlugin(type, version, location, groups, postgres ? options : shared, new HashSet<string>(
                postgres ? ["topic.prefix", "database.hostname", "database.user", "database.dbname"] : ["topic.prefix", "database.hostname", "database.user", "database.server.id"], StringComparer.Ordinal));
        })];
    }

    public IReadOnlyList<ConnectorPlugin> Plugins { get; }

    public ConnectorPlugin? Find(string name) => Plugins.FirstOrDefault(p => p.Answers(name));

    /// <summary><c>GET /connector-plugins</c></summary>
    public JsonNode List(bool connectorsOnly) => new JsonArray([.. _all.Where(p => !connectorsOnly || p!["type"]!.GetValue<string>() is "source" or "sink").Select(p => p!.DeepClone())]);

    /// <summary><c>GET /connector-plugins/{plugin}/config</c>: the connector's own options first, and without the defaults that depend on what is given.</summary>
    public static JsonNode Options(ConnectorPlugin plugin) => new JsonArray([.. plugin.Options.OrderBy(o => o.OfWorker).Select(o =>
    {
        var definition = o.Definition.DeepClone();
        if (o.Name.Contains("converter", StringComparison.Ordinal) && o.OfWorker) definition["default_value"] = null;
        return definition;
    })]);

    /// <summary>The words in which the worker says that it has no such plugin.</summary>
    public string NotFound(string name) =>
        $"org.apache.kafka.connect.runtime.rest.errors.BadRequestException: Failed to find any class that implements Connector and which name matches {name}, available connectors are: {string.Join(", ", Plugins.Select(p => p.Describe()))}";

    private static OptionDefinition Read(JsonNode option, bool ofWorker)
    {
        var definition = option["definition"]!.AsObject();
        return new OptionDefinition(
            definition["name"]!.GetValue<string>(), definition["type"]!.GetValue<string>(), definition, option["recommended_values"]!.AsArray(), option["visible"]!.GetValue<bool>())
        { OfWorker = ofWorker };
    }

    private static OptionDefinition Define(string name, string type, int order) => new(
        name, type,
        new JsonObject
        {
            ["name"] = name,
            ["type"] = type,
            ["required"] = false,
            ["default_value"] = null,
            ["importance"] = "MEDIUM",
            ["documentation"] = "",
            ["group"] = "Connector",
            ["width"] = "MEDIUM",
            ["display_name"] = name,
            ["dependents"] = new JsonArray(),
            ["order"] = order,
        },
        [], true);
}
