using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Polly;
using Polly.Retry;

namespace CdcStripeSync.Connect.Rest;

/// <summary>Kafka Connect's REST API, as far as connectors are deployed and watched with it.</summary>
/// <remarks>
/// Every request may safely be sent twice, so all of them are repeated while the workers rebalance (409), while a proxy has no answer
/// (502, 503, 504) and when the connection breaks. What is still wrong then comes as <see cref="ConnectException"/>.
/// Behaviour as recorded from Kafka Connect 4.1.1: <c>tests/fixtures/debezium/connect-rest</c>.
/// </remarks>
public sealed class ConnectClient : IDisposable
{
    /// <summary>A worker that is down is said to be down soon; one that rebalances is waited for.</summary>
    private const int LostConnections = 3;

    /// <summary>A worker that fails for reasons of its own is asked this often again.</summary>
    private const int Failures = 3;

    private readonly ConnectOptions _options;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<ConnectAnswer> _retry;

    public ConnectClient(ConnectOptions options, TimeProvider time, HttpMessageHandler? handler = null)
    {
        _options = options;
        _http = ConnectTransport.Create(options, handler);
        _retry = options.Retries == 0 ? ResiliencePipeline<ConnectAnswer>.Empty : new ResiliencePipelineBuilder<ConnectAnswer> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<ConnectAnswer>
            {
                MaxRetryAttempts = options.Retries,
                Delay = options.FirstDelay,
                MaxDelay = options.LongestDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome switch
                {
                    { Exception: HttpRequestException e } => attempt.AttemptNumber < LostConnections && IsMomentary(e),
                    { Result: { } answer } => answer.IsMomentary || (answer.IsFailure && attempt.AttemptNumber < Failures),
                    _ => false,
                }),
            })
            .Build();
    }

    /// <summary>The worker's address without credentials.</summary>
    public string Address => _http.BaseAddress!.ToString();

    public async Task<WorkerInfo> WorkerAsync(CancellationToken cancellationToken) =>
        Read(await AskAsync(HttpMethod.Get, "", null, cancellationToken), json => ConnectJson.Worker(json, Address));

    public async Task<ImmutableArray<Plugin>> PluginsAsync(CancellationToken cancellationToken) =>
        Read(await AskAsync(HttpMethod.Get, "connector-plugins", null, cancellationToken), ConnectJson.Plugins);

    /// <summary>Judges a configuration without changing anything. A configuration without <c>connector.class</c> cannot be judged.</summary>
    public async Task<Validation> ValidateAsync(IReadOnlyDictionary<string, string> config, CancellationToken cancellationToken)
    {
        var plugin = config["connector.class"];
        var answer = await SendAsync(HttpMethod.Put, $"connector-plugins/{Uri.EscapeDataString(plugin[(plugin.LastIndexOf('.') + 1)..])}/config/validate", Object(config), cancellationToken);
        if (!answer.Ok && answer.Message.Contains("Failed to find any class", StringComparison.Ordinal))
            throw new ConnectException(ConnectFailure.NotFound, $"the worker has no plugin {plugin}; `GET /connector-plugins` lists what it has", (int)answer.Status);
        return Read(Require(answer, "validate the configuration"), ConnectJson.Validation);
    }

    /// <summary>All connectors with configuration and status. A worker that does not expand its list (before 2.3) is asked about each.</summary>
    public async Task<ImmutableArray<ConnectorInfo>> ListAsync(CancellationToken cancellationToken)
    {
        var answer = await AskAsync(HttpMethod.Get, "connectors?expand=info&expand=status", null, cancellationToken);
        if (Read(answer, ConnectJson.Names) is not { } names) return Read(answer, ConnectJson.Connectors);
        var connectors = ImmutableArray.CreateBuilder<ConnectorInfo>();
        foreach (var name in names)
        {
            // One that is deleted meanwhile is no longer there.
            if (await ConfigAsync(name, cancellationToken) is { } config) connectors.Add(new ConnectorInfo(name, config, await StatusAsync(name, cancellationToken)));
        }

        return connectors.ToImmutable();
    }

    /// <summary>Null where there is no such connector.</summary>
    public async Task<ImmutableSortedDictionary<string, string>?> ConfigAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, Path(name, "/config"), null, cancellationToken);
        return answer.Status == HttpStatusCode.NotFound ? null : Read(Require(answer, $"show the configuration of {name}"), ConnectJson.Config);
    }

    /// <summary>Creates the connector, or changes it in place.</summary>
    /// <returns>True where it is new.</returns>
    public async Task<bool> PutAsync(string name, IReadOnlyDictionary<string, string> config, CancellationToken cancellationToken)
    {
        var answer = Require(await SendAsync(HttpMethod.Put, Path(name, "/config"), Object(config), cancellationToken), $"take the configuration of {name}");
        return answer.Status == HttpStatusCode.Created;
    }

    /// <summary>Null where there is none: no such connector, or one that was created a moment ago.</summary>
    public async Task<ConnectorStatus?> StatusAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, Path(name, "/status"), null, cancellationToken);
        return answer.Status == HttpStatusCode.NotFound ? null : Read(Require(answer, $"tell the status of {name}"), ConnectJson.Status);
    }

    public async Task<ImmutableArray<string>> TopicsAsync(string name, CancellationToken cancellationToken) =>
        Read(await AskAsync(HttpMethod.Get, Path(name, "/topics"), null, cancellationToken), json => ConnectJson.Topics(json, name));

    public Task PauseAsync(string name, CancellationToken cancellationToken) => AskAsync(HttpMethod.Put, Path(name, "/pause"), null, cancellationToken);

    public Task ResumeAsync(string name, CancellationToken cancellationToken) => AskAsync(HttpMethod.Put, Path(name, "/resume"), null, cancellationToken);

    /// <summary>Ends the tasks; the connector's offsets can be changed then.</summary>
    public Task StopAsync(string name, CancellationToken cancellationToken) => AskAsync(HttpMethod.Put, Path(name, "/stop"), null, cancellationToken);

    public Task RestartAsync(string name, bool onlyFailed, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Post, Path(name, onlyFailed ? "/restart?includeTasks=true&onlyFailed=true" : "/restart?includeTasks=true"), null, cancellationToken);

    public Task RestartTaskAsync(string name, int task, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Post, Path(name, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/tasks/{task}/restart")), null, cancellationToken);

    public async Task<ImmutableArray<OffsetEntry>> OffsetsAsync(string name, CancellationToken cancellationToken) =>
        Read(await AskAsync(HttpMethod.Get, Path(name, "/offsets"), null, cancellationToken), ConnectJson.Offsets);

    /// <summary>Forgets how far the connector has read; it must be stopped.</summary>
    public Task ResetOffsetsAsync(string name, CancellationToken cancellationToken) => AskAsync(HttpMethod.Delete, Path(name, "/offsets"), null, cancellationToken);

    /// <returns>False where there was no such connector.</returns>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Delete, Path(name, ""), null, cancellationToken);
        // After a repetition 404 means that the attempt whose answer was lost has done it.
        if (answer.Status == HttpStatusCode.NotFound) return answer.Attempts > 1;
        Require(answer, $"delete {name}");
        return true;
    }

    public void Dispose() => _http.Dispose();

    private static string Path(string name, string rest) => $"connectors/{Uri.EscapeDataString(name)}{rest}";

    private static JsonObject Object(IReadOnlyDictionary<string, string> config) => new(config.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value)));

    private static bool IsMomentary(HttpRequestException e) => e.HttpRequestError is not (HttpRequestError.SecureConnectionError or HttpRequestError.NameResolutionError);

    private async Task<ConnectAnswer> AskAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken) =>
        Require(await SendAsync(method, path, body, cancellationToken), $"{method} /{path}");

    private async Task<ConnectAnswer> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        var attempts = 0;
        try
        {
            return await _retry.ExecuteAsync(
                async token =>
                {
                    attempts++;
                    using var request = new HttpRequestMessage(method, path);
                    if (body is not null) request.Content = JsonContent.Create(body);
                    using var response = await _http.SendAsync(request, token);
                    return new ConnectAnswer(response.StatusCode, await response.Content.ReadAsStringAsync(token), attempts);
                },
                cancellationToken);
        }
        catch (HttpRequestException e)
        {
            var what = e.HttpRequestError == HttpRequestError.SecureConnectionError ? "is not trusted (--ca-file, connect.caFile names its authority)" : "cannot be reached";
            throw new ConnectException(ConnectFailure.Unreachable, $"the Connect worker at {Address} {what}: {(e.InnerException ?? e).Message}", null, e);
        }
        catch (TaskCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConnectException(ConnectFailure.Unreachable, $"the Connect worker at {Address} did not answer {method} /{path} within {_options.AttemptTimeout.TotalSeconds:0.#} s", null, e);
        }
    }

    private ConnectAnswer Require(ConnectAnswer answer, string what)
    {
        if (answer.Ok) return answer;
        var status = (int)answer.Status;
        throw answer.Status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new ConnectException(ConnectFailure.Unauthorized, $"the Connect worker at {Address} refuses the credentials ({status})", status),
            HttpStatusCode.Conflict when answer.IsMomentary => new ConnectException(ConnectFailure.Rebalancing, $"the Connect workers do not come to rest (asked {answer.Attempts} times to {what}): {answer.Message}", status),
            HttpStatusCode.NotFound => new ConnectException(ConnectFailure.NotFound, answer.Message, status),
            HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity => new ConnectException(ConnectFailure.Refused, answer.Message, status),
            _ => new ConnectException(ConnectFailure.Broken, $"the Connect worker at {Address} answers {status} when asked to {what}: {answer.Message}", status),
        };
    }

    private T Read<T>(ConnectAnswer answer, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ConnectException(ConnectFailure.Broken, $"what answers at {Address} is no Kafka Connect: {answer.Message}", (int)answer.Status, e);
        }
    }
}
