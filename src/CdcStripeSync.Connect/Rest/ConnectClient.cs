using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using CdcStripeSync.Connect.Planning;
using Polly;
using Polly.Retry;

namespace CdcStripeSync.Connect.Rest;

/// <summary>Kafka Connect's REST API, as far as connectors are deployed and watched with it.</summary>
/// <remarks>
/// Requests are repeated while the workers rebalance (409) and while a proxy has no worker (503); those that only read or order a state,
/// also where no answer came (502, 504, a broken connection). A change whose answer was lost is looked for first: it is sent
/// again only where it was not made. What is still wrong then comes as <see cref="ConnectException"/>.
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
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<ConnectAnswer> _retry;
    private readonly ResiliencePipeline<ConnectAnswer> _retryChange;

    public ConnectClient(ConnectOptions options, TimeProvider time, HttpMessageHandler? handler = null)
    {
        _options = options;
        _time = time;
        _http = ConnectTransport.Create(options, handler);
        _retry = Retry(lostToo: true);
        _retryChange = Retry(lostToo: false);
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
    /// <returns>True where the worker says that it is new.</returns>
    public async Task<bool> PutAsync(string name, IReadOnlyDictionary<string, string> config, CancellationToken cancellationToken)
    {
        var answer = await ChangeAsync(HttpMethod.Put, Path(name, "/config"), Object(config), IsThereAsync, cancellationToken);
        return answer is not null && Require(answer, $"take the configuration of {name}").Status == HttpStatusCode.Created;

        async Task<bool> IsThereAsync() =>
            await ConfigAsync(name, cancellationToken) is { } there && there.Remove("name").SequenceEqual(config.Where(o => o.Key != "name").OrderBy(o => o.Key, StringComparer.Ordinal));
    }

    /// <summary>Null where there is none: no such connector, or one that was created a moment ago.</summary>
    public async Task<ConnectorStatus?> StatusAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, Path(name, "/status"), null, cancellationToken);
        return answer.Status == HttpStatusCode.NotFound ? null : Read(Require(answer, $"tell the status of {name}"), ConnectJson.Status);
    }

    public async Task<ImmutableArray<string>> TopicsAsync(string name, CancellationToken cancellationToken) =>
        Read(await AskAsync(HttpMethod.Get, Path(name, "/topics"), null, cancellationToken), json => ConnectJson.Topics(json, name));

    /// <summary>An order is taken at once and followed later; whether it was, its status tells, also where no answer came.</summary>
    public Task PauseAsync(string name, CancellationToken cancellationToken) => OrderAsync(HttpMethod.Put, Path(name, "/pause"), cancellationToken);

    /// <inheritdoc cref="PauseAsync"/>
    public Task ResumeAsync(string name, CancellationToken cancellationToken) => OrderAsync(HttpMethod.Put, Path(name, "/resume"), cancellationToken);

    /// <summary>Ends the tasks; the connector's offsets can be changed then. Its status tells whether it was taken.</summary>
    public Task StopAsync(string name, CancellationToken cancellationToken) => OrderAsync(HttpMethod.Put, Path(name, "/stop"), cancellationToken);

    /// <inheritdoc cref="PauseAsync"/>
    public Task RestartAsync(string name, bool onlyFailed, CancellationToken cancellationToken) =>
        OrderAsync(HttpMethod.Post, Path(name, onlyFailed ? "/restart?includeTasks=true&onlyFailed=true" : "/restart?includeTasks=true"), cancellationToken);

    /// <inheritdoc cref="PauseAsync"/>
    public Task RestartTaskAsync(string name, int task, CancellationToken cancellationToken) =>
        OrderAsync(HttpMethod.Post, Path(name, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/tasks/{task}/restart")), cancellationToken);

    public async Task<ImmutableArray<OffsetEntry>> OffsetsAsync(string name, CancellationToken cancellationToken) =>
        Read(await AskAsync(HttpMethod.Get, Path(name, "/offsets"), null, cancellationToken), ConnectJson.Offsets);

    /// <summary>Forgets how far the connector has read; it must be stopped.</summary>
    public async Task ResetOffsetsAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await ChangeAsync(HttpMethod.Delete, Path(name, "/offsets"), null, async () => (await OffsetsAsync(name, cancellationToken)).Length == 0, cancellationToken);
        if (answer is not null) Require(answer, $"forget the offsets of {name}");
    }

    /// <returns>False where there was no such connector.</returns>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await ChangeAsync(HttpMethod.Delete, Path(name, ""), null, async () => await ConfigAsync(name, cancellationToken) is null, cancellationToken);
        // After a repetition 404 means that the attempt whose answer was lost has done it.
        if (answer?.Status == HttpStatusCode.NotFound) return answer.Attempts > 1;
        if (answer is not null) Require(answer, $"delete {name}");
        return true;
    }

    public void Dispose() => _http.Dispose();

    private static string Path(string name, string rest) => name is "" or "." or ".."
        ? throw new ConnectException(ConnectFailure.Refused, $"'{name}' is no name that a connector can be asked for by: it would be another address")
        : $"connectors/{Uri.EscapeDataString(name)}{rest}";

    private static JsonObject Object(IReadOnlyDictionary<string, string> config) => new(config.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value)));

    private static bool IsMomentary(HttpRequestException e) => e.HttpRequestError is not (HttpRequestError.SecureConnectionError or HttpRequestError.NameResolutionError);

    /// <summary>The connection was never made, so that nothing was sent.</summary>
    private static bool IsUnsent(HttpRequestException e) =>
        e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.ProxyTunnelError;

    private ResiliencePipeline<ConnectAnswer> Retry(bool lostToo) => _options.Retries == 0 ? ResiliencePipeline<ConnectAnswer>.Empty : new ResiliencePipelineBuilder<ConnectAnswer> { TimeProvider = _time }
        .AddRetry(new RetryStrategyOptions<ConnectAnswer>
        {
            MaxRetryAttempts = _options.Retries,
            Delay = _options.FirstDelay,
            MaxDelay = _options.LongestDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome switch
            {
                { Exception: HttpRequestException e } => attempt.AttemptNumber < LostConnections && IsMomentary(e) && (lostToo || IsUnsent(e)),
                { Result.IsLost: true } => lostToo,
                { Result: { } answer } => answer.IsMomentary || (answer.IsFailure && attempt.AttemptNumber < Failures),
                _ => false,
            }),
        })
        .Build();

    private async Task<ConnectAnswer> AskAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken) =>
        Require(await SendAsync(method, path, body, cancellationToken), $"{method} /{path}");

    /// <summary>A restart is not repeated where its answer was lost, since each is one more; the states that are asked for with PUT may be.</summary>
    private async Task OrderAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        try
        {
            Require(await SendAsync(method, path, null, cancellationToken, isChange: method == HttpMethod.Post), $"{method} /{path}");
        }
        catch (ConnectException e) when (e.Failure == ConnectFailure.Unanswered)
        {
            // Whoever orders looks at the status next.
        }
    }

    /// <summary>Sends a change; where its answer was lost, <paramref name="isMade"/> reads whether it was made.</summary>
    /// <returns>Null where the answer was lost and the change was made.</returns>
    private async Task<ConnectAnswer?> ChangeAsync(HttpMethod method, string path, JsonObject? body, Func<Task<bool>> isMade, CancellationToken cancellationToken)
    {
        for (var sent = 1; ; sent++)
        {
            try
            {
                return await SendAsync(method, path, body, cancellationToken, isChange: true);
            }
            catch (ConnectException e) when (e.Failure == ConnectFailure.Unanswered)
            {
                if (await isMade()) return null;
                if (sent >= Failures || _options.Retries == 0) throw;
            }

            await Task.Delay(_options.FirstDelay, _time, cancellationToken);
        }
    }

    /// <param name="isChange">Where its answer is lost, that is said and it is not sent again.</param>
    private async Task<ConnectAnswer> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken, bool isChange = false)
    {
        var attempts = 0;
        try
        {
            var answer = await (isChange ? _retryChange : _retry).ExecuteAsync(
                async token =>
                {
                    attempts++;
                    using var request = new HttpRequestMessage(method, path);
                    if (body is not null) request.Content = JsonContent.Create(body);
                    using var response = await _http.SendAsync(request, token);
                    return new ConnectAnswer(response.StatusCode, await response.Content.ReadAsStringAsync(token), attempts, response.Headers.Location);
                },
                cancellationToken);
            return isChange && answer.IsLost
                ? throw new ConnectException(ConnectFailure.Unanswered, $"{Address} answers {(int)answer.Status} to {method} /{path}, so that nobody knows whether it was done: {answer.Message}", (int)answer.Status)
                : answer;
        }
        catch (HttpRequestException e)
        {
            if (e.HttpRequestError == HttpRequestError.SecureConnectionError)
                throw new ConnectException(ConnectFailure.Untrusted, $"the Connect worker at {Address} is not trusted: {(e.InnerException ?? e).Message}", null, e);
            throw isChange && !IsUnsent(e)
                ? new ConnectException(ConnectFailure.Unanswered, $"the connection to {Address} broke before it answered {method} /{path}: {(e.InnerException ?? e).Message}", null, e)
                : new ConnectException(ConnectFailure.Unreachable, $"the Connect worker at {Address} cannot be reached: {(e.InnerException ?? e).Message}", null, e);
        }
        catch (TaskCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConnectException(
                method == HttpMethod.Get ? ConnectFailure.Unreachable : ConnectFailure.Unanswered,
                $"the Connect worker at {Address} did not answer {method} /{path} within {_options.AttemptTimeout.TotalSeconds:0.#} s", null, e);
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
            _ when status is >= 300 and < 400 && answer.Location is { } elsewhere => new ConnectException(ConnectFailure.Broken, $"what answers at {Address} sends on to {Secrets.Clean(new Uri(_http.BaseAddress!, elsewhere).GetLeftPart(UriPartial.Path))}: say that address instead, without the path of the request", status),
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
