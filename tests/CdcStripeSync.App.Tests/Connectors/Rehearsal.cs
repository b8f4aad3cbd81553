using System.Text.Json;
using CdcStripeSync.Connect.Rest;
using CdcStripeSync.DevStack.Connect;
using CdcStripeSync.DevStack.Connect.Sources;

namespace CdcStripeSync.App.Tests.Connectors;

/// <summary>A Connect double, and a folder with one connector and a mapping for it.</summary>
internal sealed class Rehearsal : IAsyncDisposable
{
    private const string Yaml = """
        version: 1
        mode: test
        resources:
          product:
            from: public.products
            key: [id]
            fields:
              name: { column: name }
          price:
            from: public.prices
            key: [id]
            parent: { product: product_id }
            fields:
              currency: { column: currency }
              unit_amount_decimal: { column: amount, convert: minor_units }
        """;

    private Rehearsal(ConnectServer server, string folder)
    {
        Server = server;
        Folder = folder;
    }

    public ConnectServer Server { get; }

    public string Folder { get; }

    public string Mapping => Path.Combine(Folder, "mapping.yaml");

    public static async Task<Rehearsal> StartAsync()
    {
        var sources = new DeclaredSources(TimeProvider.System);
        var postgres = sources.Server("db.example", 5432);
        postgres.Roles["cdc"] = "s3cret";
        postgres.Databases["shop"] = new DeclaredDatabase("shop") { Tables = { "public.products", "public.prices" } };
        var options = new ConnectServerOptions { Variable = name => name == "DB_PASSWORD" ? "s3cret" : null, Username = "operator", Password = "right" };
        var rehearsal = new Rehearsal(await ConnectServer.StartAsync(sources, options, CancellationToken.None), Directory.CreateTempSubdirectory("rehearsal-").FullName);
        await File.WriteAllTextAsync(rehearsal.Mapping, Yaml);
        await rehearsal.WriteAsync();
        return rehearsal;
    }

    public async Task WriteAsync(params (string Option, string? Value)[] changes)
    {
        var config = new Dictionary<string, string?>
        {
            ["connector.class"] = "io.debezium.connector.postgresql.PostgresConnector",
            ["database.hostname"] = "db.example",
            ["database.user"] = "cdc",
            ["database.password"] = "${env:DB_PASSWORD}",
            ["database.dbname"] = "shop",
            ["topic.prefix"] = "shop",
            ["plugin.name"] = "pgoutput",
            ["slot.name"] = "shop",
            ["publication.name"] = "shop",
            ["publication.autocreate.mode"] = "filtered",
            ["heartbeat.interval.ms"] = "1000",
            ["skipped.operations"] = "none",
            ["table.include.list"] = "public.products,public.prices",
            ["column.include.list"] = "public.products.(id|name),public.prices.(id|product_id|currency|amount)",
        };
        foreach (var (option, value) in changes) config[option] = value;
        Directory.CreateDirectory(Path.Combine(Folder, "connectors"));
        await File.WriteAllTextAsync(Path.Combine(Folder, "connectors", "shop.json"), JsonSerializer.Serialize(config.Where(c => c.Value is not null).ToDictionary()));
    }

    public async Task<string> RunAsync(int code, params string[] arguments)
    {
        var with = new List<string>(["connectors", .. arguments, "--url", Server.Address.ToString(), "--user", "operator:right", "--set", $"mapping={Mapping}"]);
        if (arguments[0] is "plan" or "apply" or "generate") with.AddRange(["--files", Path.Combine(Folder, "connectors")]);
        if (arguments[0] == "apply") with.AddRange(["--settle", "0.3"]);
        var (actual, output) = await Cli.RunAsync([.. with]);
        Assert.True(code == actual, $"connectors {string.Join(' ', arguments)} ended with {actual}, not {code}:\n{output}");
        return output;
    }

    public ConnectClient Client() => new(new ConnectOptions(Server.Address) { Username = "operator", Password = "right" }, TimeProvider.System);

    public static async Task UntilAsync(ConnectClient client, ConnectorState goal)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await client.StatusAsync("shop", patience.Token))?.State != goal) await Task.Delay(50, patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
