using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CdcStripeSync.DevStack.Connect.Sources;
using CdcStripeSync.DevStack.Connect.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CdcStripeSync.DevStack.Connect;

/// <summary>A Kafka Connect worker with Debezium's plugins, as far as deploying connectors needs one; answers are computed from its state.</summary>
/// <remarks>Checked against <c>tests/fixtures/debezium/connect-rest</c>, recorded from Kafka Connect 4.1.1 with Debezium 3.5.</remarks>
public sealed class ConnectServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConnectServerOptions _options;
    private readonly ConnectWorker _worker;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private Task _advancing = Task.CompletedTask;
    private int _requests;

    private ConnectServer(WebApplication app, ISourceRuntime sources, ConnectServerOptions options)
    {
        _app = app;
        _options = options;
        _worker = new ConnectWorker(sources, options);
    }

    public ConnectFaults Faults { get; } = new();

    /// <summary>How many requests came, those that met a fault included.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<ConnectServer> StartAsync(ISourceRuntime sources, ConnectServerOptions options, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, options.Port, l =>
        {
            if (options.Certificate is not null) l.UseHttps(options.Certificate);
        }));
        var app = builder.Build();
        var server = new ConnectServer(app, sources, options);
        app.Run(server.HandleAsync);
        await app.StartAsync(cancellationToken);
        server._advancing = server.KeepAdvancingAsync(server._stop.Token);
        return server;
    }

    /// <summary>Lets a connector's task fail, with the first line of a stack trace or a whole one.</summary>
    public async Task<bool> FailTaskAsync(string connector, string trace, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return await _worker.FailAsync(connector, trace);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _advancing;
        await _app.DisposeAsync();
        await _worker.EndAllAsync();
        _stop.Dispose();
        _gate.Dispose();
    }

    /// <summary>The worker gets to what it was told also while nobody asks.</summary>
    private async Task KeepAdvancingAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(50, cancellationToken);
                await _gate.WaitAsync(cancellationToken);
                try
                {
                    await _worker.AdvanceAsync(cancellationToken);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        var cancellationToken = context.RequestAborted;
        if (_options.Controls && context.Request.Path == "/_double" && context.Request.Method == "POST")
        {
            context.Response.StatusCode = await ShapeAsync(context.Request, cancellationToken) ? 204 : 400;
            return;
        }

        if (Faults.Latency > TimeSpan.Zero) await Task.Delay(Faults.Latency, cancellationToken);
        if (Faults.TakeUnavailable())
        {
            context.Response.StatusCode = 503;
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<html><body><h1>503 Service Unavailable</h1>No server is available to handle this request.</body></html>", cancellationToken);
            return;
        }

        if (!IsLetIn(context.Request))
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic";
            await context.Response.WriteAsync("User cannot access the resource.", cancellationToken);
            return;
        }

        var reply = Faults.TakeRebalance()
            ? WorkerReply.Error(409, "Cannot complete request momentarily due to stale configuration (typically caused by a concurrent config change)")
            : context.Request.Method != "GET" && Faults.Breaks(context.Request.Path)
                ? WorkerReply.Error(500, "Request timed out")
                : await AnswerAsync(context.Request, cancellationToken);
        if (context.Request.Method != "GET")
        {
            if (Faults.AnswerLatency > TimeSpan.Zero && context.Request.Path.StartsWithSegments(Faults.SlowOnly.TrimEnd('/'))) await Task.Delay(Faults.AnswerLatency, cancellationToken);
            if (Faults.TakeLostAnswer()) reply = new WorkerReply(504);
        }

        context.Response.StatusCode = reply.Status;
        if (reply.Body is null) return;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(reply.Body.ToJsonString(), cancellationToken);
    }

    private async Task<bool> ShapeAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var order = await JsonNode.ParseAsync(request.Body, cancellationToken: cancellationToken);
            if (order?["rebalancing"] is { } rebalancing) Faults.Rebalancing = rebalancing.GetValue<int>();
            if (order?["unavailable"] is { } unavailable) Faults.Unavailable = unavailable.GetValue<int>();
            if (order?["lostAnswers"] is { } lost) Faults.LostAnswers = lost.GetValue<int>();
            if (order?["answerLatency"] is { } answer) Faults.AnswerLatency = TimeSpan.FromMilliseconds(answer.GetValue<int>());
            if (order?["latency"] is { } latency) Faults.Latency = TimeSpan.FromMilliseconds(latency.GetValue<int>());
            return order?["fail"] is not { } connector || await FailTaskAsync(connector.GetValue<string>(), order["trace"]?.GetValue<string>() ?? "java.lang.RuntimeException: failed by command", cancellationToken);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private bool IsLetIn(HttpRequest request) => _options.Username is not { Length: > 0 } user
        || request.Headers.Authorization.ToString() == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{_options.Password}"));

    private async Task<WorkerReply> AnswerAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        JsonNode? body = null;
        if (request.Method is "PUT" or "POST" or "PATCH")
        {
            using var reader = new StreamReader(request.Body);
            var text = await reader.ReadToEndAsync(cancellationToken);
            try
            {
                body = text.Length == 0 ? null : JsonNode.Parse(text);
            }
            catch (JsonException e)
            {
                return WorkerReply.Error(500, $"Unexpected character: {e.Message}");
            }
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            await _worker.AdvanceAsync(cancellationToken);
            // The raw path: a slash within a name is escaped, and is none of the path's own.
            var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            var segments = target.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
            return await ConnectRoutes.AnswerAsync(_worker, _options, request.Method, segments, request.Query, body, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }
}
