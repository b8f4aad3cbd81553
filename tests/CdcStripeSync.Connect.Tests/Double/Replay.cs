using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CdcStripeSync.DevStack.Connect;
using CdcStripeSync.DevStack.Connect.Sources;

namespace CdcStripeSync.Connect.Tests.Double;

/// <summary>A double set up as the recorded worker was, and the comparison of its answers with the recorded ones.</summary>
internal sealed partial class Replay : IAsyncDisposable
{
    private readonly ConnectServer _server;
    private readonly ManualTime _time;
    private readonly HttpClient _http;

    private Replay(ConnectServer server, ManualTime time)
    {
        _server = server;
        _time = time;
        _http = new HttpClient { BaseAddress = server.Address };
    }

    public static async Task<Replay> StartAsync(string name = "rest")
    {
        var time = new ManualTime(new DateTimeOffset(2026, 11, 21, 5, 0, 0, TimeSpan.Zero));
        var sources = new DeclaredSources(time);
        var postgres = sources.Server("127.0.0.1", 15432);
        postgres.Roles["postgres"] = null;
        foreach (var databaseName in new[] { "r_rest", $"r_{name}", "r_env" })
        {
            var database = postgres.Databases[databaseName] = new DeclaredDatabase(databaseName) { Lsn = 177530696, TransactionId = 4711 };
            foreach (var table in new[] { "public.products", "public.prices", "public.customers" }) database.Tables.Add(table);
        }

        var options = new ConnectServerOptions
        {
            WorkerId = "127.0.0.1:18083",
            KafkaClusterId = "3lfFr7B7R8SGarO1i5VOAA",
            Time = time,
            Variable = variable => variable switch { "SOURCE_DB_USER" => "postgres", "SOURCE_DB_PASSWORD" => "unused", _ => null },
        };
        var replay = new Replay(await ConnectServer.StartAsync(sources, options, CancellationToken.None), time);
        await replay.SetUpAsync(sources);
        return replay;
    }

    /// <summary>Sends the request and compares; time passes first, but for what was asked "just after".</summary>
    public async Task CompareAsync(Exchange exchange)
    {
        if (!exchange.Note.Contains("just after", StringComparison.Ordinal)) _time.Advance(TimeSpan.FromSeconds(5));
        var (status, body) = await SendAsync(exchange.Method, exchange.Path, exchange.Request);
        Assert.True(status == exchange.Status, $"{exchange.Note}: {exchange.Method} {exchange.Path} answered {status} {body}, recorded is {exchange.Status} {exchange.Response}");
        var (expected, actual) = (Normal(exchange.Response), Normal(body));
        if (!JsonNode.DeepEquals(expected, actual)) Assert.Fail($"{exchange.Note}: {exchange.Method} {exchange.Path}: {FirstDifference("", expected, actual)}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    /// <summary>The two connectors that were there before the recording began.</summary>
    private async Task SetUpAsync(DeclaredSources sources)
    {
        var listed = JsonNode.Parse(Transcript.Rest.Single(e => e.Note == "expanded list").Response!)!.AsObject();
        foreach (var name in new[] { "maria-decimal-string", "maria-default" })
        {
            var config = listed[name]!["info"]!["config"]!;
            var server = sources.Server(config["database.hostname"]!.GetValue<string>(), int.Parse(config["database.port"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture));
            server.Roles[config["database.user"]!.GetValue<string>()] = null;
            var (status, body) = await SendAsync("PUT", $"/connectors/{name}/config", config.ToJsonString());
            Assert.True(status == 201, body);
        }
    }

    private async Task<(int Status, string Body)> SendAsync(string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Moments, positions in the log and process numbers are the recorded machine's own; topics come in no order.</summary>
    private static JsonNode? Normal(string? json)
    {
        if (string.IsNullOrEmpty(json)) return null;
        var node = JsonNode.Parse(Pid().Replace(Moment().Replace(Lsn().Replace(json, "LSN{?}"), "\"ts_usec\":0"), "PID ?"));
        if (node is JsonObject o)
        {
            foreach (var topics in o.Select(p => p.Value).OfType<JsonObject>().Where(v => v["topics"] is JsonArray))
                topics["topics"] = new JsonArray([.. topics["topics"]!.AsArray().Select(t => t!.GetValue<string>()).Order(StringComparer.Ordinal).Select(t => (JsonNode)t)]);
        }

        return node;
    }

    private static string FirstDifference(string path, JsonNode? expected, JsonNode? actual)
    {
        if (expected is JsonObject a && actual is JsonObject b)
        {
            foreach (var key in a.Select(p => p.Key).Union(b.Select(p => p.Key)))
            {
                if (!JsonNode.DeepEquals(a[key], b[key]) || a.ContainsKey(key) != b.ContainsKey(key)) return FirstDifference($"{path}.{key}", a[key], b[key]);
            }
        }

        if (expected is JsonArray x && actual is JsonArray y && x.Count == y.Count)
        {
            for (var i = 0; i < x.Count; i++)
            {
                if (!JsonNode.DeepEquals(x[i], y[i])) return FirstDifference($"{path}[{i}]", x[i], y[i]);
            }
        }

        return $"{path}: recorded {expected?.ToJsonString() ?? "nothing"}, answered {actual?.ToJsonString() ?? "nothing"}";
    }

    [GeneratedRegex(@"LSN\{[^}]*\}")]
    private static partial Regex Lsn();

    [GeneratedRegex("\"ts_usec\":\\s*\\d+")]
    private static partial Regex Moment();

    [GeneratedRegex(@"PID \d+")]
    private static partial Regex Pid();
}
