using System.Collections.Concurrent;
using System.Net;
using System.Text;
using CdcStripeSync.CrashTest.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;

namespace CdcStripeSync.CrashTest.Processes;

/// <summary>Stands between one instance and Stripe, and passes everything on as it is; the instance can die before, behind and between.</summary>
internal sealed class StripeProxy : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly HttpClient _stripe;
    private readonly Failpoints _failpoints;
    private readonly RunLog _log;

    private StripeProxy(WebApplication host, Uri stripe, Failpoints failpoints, RunLog log)
    {
        _host = host;
        _failpoints = failpoints;
        _log = log;
        _stripe = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = stripe, Timeout = Timeout.InfiniteTimeSpan };
        host.Run(PassAsync);
    }

    /// <summary>When each name that a request set passed here, by the name.</summary>
    public ConcurrentDictionary<string, TimeSpan> Sent { get; } = new(StringComparer.Ordinal);

    public string Address => _host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<StripeProxy> StartAsync(Uri stripe, Failpoints failpoints, RunLog log)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var proxy = new StripeProxy(builder.Build(), stripe, failpoints, log);
        await proxy._host.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        using var impatience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _host.StopAsync(impatience.Token);
        await _host.DisposeAsync();
        _stripe.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var effect = Effect(context.Request, body);
        foreach (var name in Encoding.UTF8.GetString(body.ToArray()).Split('&').Where(p => p.StartsWith("name=", StringComparison.Ordinal))) Sent.TryAdd(name["name=".Length..], _log.Elapsed);
        if (_failpoints.Dies("before", effect))
        {
            context.Abort();
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), context.Request.GetEncodedPathAndQuery());
        if (body.Length > 0) request.Content = new ByteArrayContent(body.ToArray());
        foreach (var (name, value) in context.Request.Headers)
        {
            if (name is "Host" or "Connection" or "Content-Length" or "Transfer-Encoding") continue;
            if (!request.Headers.TryAddWithoutValidation(name, value.ToArray())) request.Content?.Headers.TryAddWithoutValidation(name, value.ToArray());
        }

        try
        {
            using var answer = await _stripe.SendAsync(request, context.RequestAborted);
            var bytes = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
            if (_failpoints.Dies("done, not answered:", effect))
            {
                context.Abort();
                return;
            }

            context.Response.StatusCode = (int)answer.StatusCode;
            foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)) context.Response.Headers[name] = values.ToArray();
            context.Response.Headers.Remove("Transfer-Encoding");
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
            await context.Response.CompleteAsync();
            _failpoints.Dies("answered:", effect);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            context.Abort(); // Stripe cut the connection, or the caller has gone
        }
    }

    private static string Effect(HttpRequest request, MemoryStream body)
    {
        if (request.Method != "POST") return "look-up";
        var parts = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 2) return "create";
        return body.ToArray().AsSpan().IndexOf("active=false"u8) >= 0 ? "archive" : "update";
    }
}
