using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using CdcStripeSync.EndToEnd.Tests.House;
using CdcStripeSync.EndToEnd.Tests.Stack;
using Npgsql;

namespace CdcStripeSync.EndToEnd.Tests.External;

/// <summary>The stack that <c>E2E_KAFKA</c>, <c>E2E_CONNECT</c>, <c>E2E_REGISTRY</c>, <c>E2E_POSTGRES</c> and <c>E2E_STRIPE</c> name; without them the DevStack's services, started as a process of their own.</summary>
public sealed class ExternalStack : IAsyncLifetime
{
    private static readonly string[] Names = ["E2E_KAFKA", "E2E_CONNECT", "E2E_REGISTRY", "E2E_POSTGRES", "E2E_STRIPE"];
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cdc-stripe-e2e-");
    private Dictionary<string, string> _values = [];
    private CliProcess? _services;

    public string Folder => _folder.FullName;

    public Uri Connect => new(_values["E2E_CONNECT"]);

    public Uri Registry => new(_values["E2E_REGISTRY"].TrimEnd('/') + "/");

    public Uri Stripe => new(_values["E2E_STRIPE"]);

    public string Postgres => _values["E2E_POSTGRES"];

    public async Task InitializeAsync()
    {
        var given = Names.Where(n => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(n))).ToDictionary(n => n, n => Environment.GetEnvironmentVariable(n)!, StringComparer.Ordinal);
        if (given.Count > 0)
        {
            // A worker writes to one Kafka and reads one database: the parts of two stacks do not fit together.
            Assert.True(given.Count == Names.Length, $"a stack is named by all of {string.Join(", ", Names)}; {string.Join(", ", Names.Except(given.Keys))} is not set");
            _values = given;
            return;
        }

        var file = Path.Combine(Folder, "stack.env");
        _services = CliProcess.Start(Folder, "devstack", "--env-file", file);
        await _services.UntilAsync("the stack runs", () => Task.FromResult(File.Exists(file)));
        _values = (await File.ReadAllLinesAsync(file)).Select(l => l.Split('=', 2)).ToDictionary(l => l[0], l => l[1].Trim('\''), StringComparer.Ordinal);
    }

    public async Task DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.InterruptAsync();
            await _services.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    /// <summary>Runs the program with settings that name the stack, and expects an exit code.</summary>
    internal async Task<string> RunAsync(int code, params IEnumerable<string> arguments)
    {
        await using var process = Start(arguments);
        var actual = await process.EndAsync(Longest);
        Assert.True(code == actual, $"cdc-stripe {string.Join(' ', arguments)} ended with {actual}, not {code}:\n{process.Output}{process.Error}");
        return process.Output + process.Error;
    }

    /// <summary>The program with settings that name the stack.</summary>
    internal CliProcess Start(params IEnumerable<string> arguments)
    {
        string[] settings =
        [
            "--set", $"kafka.bootstrapServers={_values["E2E_KAFKA"]}", "--set", $"registry.url={_values["E2E_REGISTRY"]}", "--set", $"source.connectionString={Postgres}",
            "--set", $"state.connectionString={Postgres}", "--set", $"stripe.baseAddress={_values["E2E_STRIPE"]}", "--set", $"stripe.apiKey={StripeKey}",
        ];
        return CliProcess.Start(Folder, [.. arguments, .. settings]);
    }

    internal static string StripeKey => Environment.GetEnvironmentVariable("CDC_STRIPE__STRIPE__APIKEY") is { Length: > 0 } own ? own : "sk_test_e2e";

    /// <summary>The program against the stack's Connect worker.</summary>
    internal Task<string> ConnectorsAsync(int code, params IEnumerable<string> arguments) => RunAsync(code, ["connectors", .. arguments, "--url", Connect.ToString()]);

    internal async Task<IReadOnlyList<string>> ConnectorNamesAsync()
    {
        using var http = new HttpClient { BaseAddress = Connect };
        return (await http.GetFromJsonAsync<string[]>(new Uri("connectors", UriKind.Relative)))!;
    }

    /// <summary>What somebody else does to a connector's configuration.</summary>
    internal async Task ByHandAsync(string connector, string option, string value)
    {
        using var http = new HttpClient { BaseAddress = Connect };
        var config = (await http.GetFromJsonAsync<JsonObject>(new Uri($"connectors/{connector}/config", UriKind.Relative)))!;
        config[option] = value;
        using var answer = await http.PutAsJsonAsync(new Uri($"connectors/{connector}/config", UriKind.Relative), config);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    internal async Task<long> CountAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Postgres);
        await using var command = source.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    internal async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Postgres);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The sample's PostgreSQL connector under another name, over other tables.</summary>
    internal async Task<string> ConnectorFileAsync(string name, params IEnumerable<(string Option, string Value)> changes)
    {
        var config = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "connectors", "postgres-shop.json")))!.AsObject();
        config.Remove("column.include.list");
        var id = name.Replace('-', '_');
        (string, string)[] own =
        [
            ("topic.prefix", id), ("slot.name", id), ("publication.name", id), ("table.include.list", $"{id}.items"), ("signal.kafka.topic", $"{id}.signals"), ("notification.sink.topic.name", $"{id}.notifications"),
        ];
        foreach (var (option, value) in own.Concat(changes)) config[option] = value;
        var folder = Directory.CreateDirectory(Path.Combine(Folder, id)).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.json"), config.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        return folder;
    }
}
