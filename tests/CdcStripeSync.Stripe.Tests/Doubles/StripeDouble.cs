using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CdcStripeSync.Stripe.Tests.Doubles;

/// <summary>An HTTP server that answers as it is told and remembers what it was asked.</summary>
internal sealed class StripeDouble : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StripeDouble(WebApplication app) => _app = app;

    public ConcurrentQueue<SeenRequest> Seen { get; } = new();

    public Uri Address => new(_app.Urls.First());

    public static async Task<StripeDouble> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var stripe = new StripeDouble(app);
        app.Run(async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            stripe.Seen.Enqueue(new SeenRequest(
                context.Request.Method, context.Request.Path + context.Request.QueryString.ToString(), await body.ReadToEndAsync(),
                context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
            await answer(context);
        });
        await app.StartAsync();
        return stripe;
    }

    public static RequestDelegate Json(int status, string body, params (string Name, string Value)[] headers) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        return context.Response.WriteAsync(body);
    };

    public StripeGateway Gateway(Func<StripeGatewayOptions, StripeGatewayOptions>? options = null, TimeProvider? time = null)
    {
        var plain = new StripeGatewayOptions(Address, "sk_test_secret");
        return new StripeGateway(options?.Invoke(plain) ?? plain, time ?? TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }
}
