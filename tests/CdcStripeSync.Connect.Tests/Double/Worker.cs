using CdcStripeSync.Connect.Rest;
using CdcStripeSync.DevStack.Connect;
using CdcStripeSync.DevStack.Connect.Sources;

namespace CdcStripeSync.Connect.Tests.Double;

/// <summary>A double with one declared PostgreSQL server, and a client for it.</summary>
internal sealed class Worker : IAsyncDisposable
{
    private Worker(ConnectServer server, DeclaredSources sources, ConnectClient client)
    {
        Server = server;
        Sources = sources;
        Client = client;
    }

    public ConnectServer Server { get; }

    public DeclaredSources Sources { get; }

    public ConnectClient Client { get; }

    public DeclaredServer Postgres => Sources.Server("db.example", 5432);

    public static async Task<Worker> StartAsync(ConnectServerOptions? options = null, Func<ConnectOptions, ConnectOptions>? client = null)
    {
        var sources = new DeclaredSources(TimeProvider.System);
        var postgres = sources.Server("db.example", 5432);
        postgres.Roles["cdc"] = "s3cret";
        postgres.Databases["shop"] = new DeclaredDatabase("shop") { Tables = { "public.products", "public.prices", "public.customers" } };
        var server = await ConnectServer.StartAsync(
            sources,
            options ?? new ConnectServerOptions { Variable = name => name == "DB_PASSWORD" ? "s3cret" : null, Reaction = TimeSpan.FromMilliseconds(20) },
            CancellationToken.None);
        var connect = new ConnectOptions(server.Address) { FirstDelay = TimeSpan.FromMilliseconds(5), LongestDelay = TimeSpan.FromMilliseconds(20) };
        return new Worker(server, sources, new ConnectClient(client?.Invoke(connect) ?? connect, TimeProvider.System));
    }

    /// <summary>A configuration that this worker takes.</summary>
    public static Dictionary<string, string> Config(string prefix, params ReadOnlySpan<(string Option, string Value)> changes)
    {
        var config = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["connector.class"] = "io.debezium.connector.postgresql.PostgresConnector",
            ["database.hostname"] = "db.example",
            ["database.port"] = "5432",
            ["database.user"] = "cdc",
            ["database.password"] = "${env:DB_PASSWORD}",
            ["database.dbname"] = "shop",
            ["topic.prefix"] = prefix,
            ["plugin.name"] = "pgoutput",
            ["slot.name"] = prefix,
            ["publication.name"] = prefix,
            ["publication.autocreate.mode"] = "filtered",
            ["heartbeat.interval.ms"] = "1000",
            ["table.include.list"] = "public.products,public.prices",
        };
        foreach (var (option, value) in changes) config[option] = value;
        return config;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }
}
