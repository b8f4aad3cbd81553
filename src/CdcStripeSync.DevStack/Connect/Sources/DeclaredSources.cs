using System.Globalization;
using System.Text.Json.Nodes;
using CdcStripeSync.DevStack.Connector;

namespace CdcStripeSync.DevStack.Connect.Sources;

/// <summary>Databases that exist only by being declared. Tasks over them run, hold their slots, write their topics, and fail for the reasons that real ones fail for.</summary>
public sealed class DeclaredSources(TimeProvider time) : ISourceRuntime
{
    private readonly List<DeclaredServer> _servers = [];
    private int _pid = 12_000;

    /// <summary>Every server can be reached with any role and holds any database: for configurations whose database is no concern.</summary>
    public bool Permissive { get; set; }

    public DeclaredServer Server(string host, int port)
    {
        if (Find(host, port) is { } known) return known;
        _servers.Add(new DeclaredServer(host, port));
        return _servers[^1];
    }

    public Task<string?> ConnectAsync(IReadOnlyDictionary<string, string> config, CancellationToken cancellationToken) => Task.FromResult(Refusal(config));

    public Task<ITaskRun> StartAsync(string connector, IReadOnlyDictionary<string, string> config, JsonObject? offset, Action<string> failed, CancellationToken cancellationToken)
    {
        if (Refusal(config) is { } refused) return Failed(FailureTrace.Of(refused));
        return Task.FromResult<ITaskRun>(config["connector.class"].EndsWith("PostgresConnector", StringComparison.Ordinal) ? StartPostgres(config, offset) : new DeclaredRun(null, [], Binlog(config), static () => { }));
    }

    private static Task<ITaskRun> Failed(string trace) => Task.FromResult<ITaskRun>(new DeclaredRun(trace, [], null, static () => { }));

    private DeclaredRun StartPostgres(IReadOnlyDictionary<string, string> config, JsonObject? offset)
    {
        var server = Server(config["database.hostname"], Port(config));
        var database = Database(server, config["database.dbname"]);
        var prefix = config["topic.prefix"];
        var slotName = config.GetValueOrDefault("slot.name", "debezium");
        var publication = config.GetValueOrDefault("publication.name", "dbz_publication");
        var slot = server.Slots.TryGetValue(slotName, out var there) ? there : null;
        if (slot is null && offset is not null && config.GetValueOrDefault("snapshot.mode") is not ("when_needed" or "always")) return Fail(FailureTrace.SlotLost(prefix, database.Name, offset, time.GetUtcNow()));
        if (!database.Publications.Contains(publication))
        {
            if (config.GetValueOrDefault("publication.autocreate.mode") == "disabled") return Fail(FailureTrace.PublicationMissing);
            database.Publications.Add(publication);
        }

        if (slot?.ActivePid is { } pid) return Fail(FailureTrace.SlotActive(slotName, slot.Confirmed, pid));
        slot = new DeclaredSlot(slot?.Confirmed ?? database.Lsn, ++_pid);
        server.Slots[slotName] = slot;
        var topics = Captured(config, database).Select(t => $"{prefix}.{t}").ToList();
        return new DeclaredRun(null, topics, offset ?? Position(database), () =>
        {
            if (server.Slots.TryGetValue(slotName, out var now) && now.ActivePid == slot.ActivePid) server.Slots[slotName] = now with { ActivePid = null };
        });

        static DeclaredRun Fail(string trace) => new(trace, [], null, static () => { });
    }

    private JsonObject Position(DeclaredDatabase database) => new()
    {
        ["last_snapshot_record"] = true,
        ["lsn"] = database.Lsn,
        ["txId"] = database.TransactionId,
        ["ts_usec"] = Microseconds(),
        ["snapshot"] = "INITIAL",
        ["snapshot_completed"] = true,
    };

    private JsonObject Binlog(IReadOnlyDictionary<string, string> config) => new()
    {
        ["ts_sec"] = time.GetUtcNow().ToUnixTimeSeconds(),
        ["file"] = "mysql-bin.000003",
        ["pos"] = 1542,
        ["gtids"] = config["connector.class"].Contains("MariaDb", StringComparison.Ordinal) ? "0-1-42" : "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-42",
        ["snapshot_completed"] = true,
    };

    private static IEnumerable<string> Captured(IReadOnlyDictionary<string, string> config, DeclaredDatabase database)
    {
        var filter = new TableFilter(List("table.include.list"), List("table.exclude.list"));
        return database.Tables.Where(t => t.Split('.') is [var schema, var table] && filter.Captures(new TableName(schema, table)));

        string[] List(string option) => ExpressionList.Split(config.GetValueOrDefault(option, ""));
    }

    private string? Refusal(IReadOnlyDictionary<string, string> config)
    {
        var (host, port) = (config.GetValueOrDefault("database.hostname", ""), Port(config));
        if (Permissive) return null;
        if (Find(host, port) is not { } server) return FailureTrace.Refused(host, port);
        var user = config.GetValueOrDefault("database.user", "");
        if (!server.Roles.TryGetValue(user, out var password)) return $"FATAL: role \"{user}\" does not exist";
        if (password is not null && password != config.GetValueOrDefault("database.password")) return $"FATAL: password authentication failed for user \"{user}\"";
        return config.TryGetValue("database.dbname", out var database) && !server.Databases.ContainsKey(database) ? $"FATAL: database \"{database}\" does not exist" : null;
    }

    private DeclaredServer? Find(string host, int port) => _servers.Find(s => s.Host == host && s.Port == port);

    private static DeclaredDatabase Database(DeclaredServer server, string name)
    {
        if (!server.Databases.TryGetValue(name, out var database)) server.Databases[name] = database = new DeclaredDatabase(name);
        return database;
    }

    private static int Port(IReadOnlyDictionary<string, string> config) =>
        int.TryParse(config.GetValueOrDefault("database.port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : config.GetValueOrDefault("connector.class", "").EndsWith("PostgresConnector", StringComparison.Ordinal) ? 5432 : 3306;

    private long Microseconds() => time.GetUtcNow().Subtract(DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
