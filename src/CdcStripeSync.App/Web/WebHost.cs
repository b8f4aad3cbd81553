using System.Globalization;
using System.Text;
using CdcStripeSync.App.Activity;
using CdcStripeSync.Pipeline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CdcStripeSync.App.Web;

/// <summary>The page, its data, health and metrics.</summary>
internal sealed class WebHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebHost(WebApplication app) => _app = app;

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<WebHost> StartAsync(string url, Overview overview, ActivityLog activity, Func<long> lag, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var page = Page();
        app.MapGet("/", () => Results.Content(page, "text/html; charset=utf-8"));
        app.MapGet("/api/overview", (CancellationToken cancellationToken) => OverviewAsync(overview, cancellationToken));
        app.MapGet("/health", () => Results.Text("ok"));
        app.MapGet("/metrics", async (CancellationToken cancellationToken) => Results.Text(Metrics(activity, lag(), await overview.StandingAsync(cancellationToken)), "text/plain; version=0.0.4"));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            await app.DisposeAsync();
            throw new UserErrorException($"{url} cannot be listened on: {e.Message}", "another program has the port: set web.url to a free one, or http://127.0.0.1:0", ExitCode.Error, e);
        }

        return new WebHost(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>A part that is away for a moment is said in the answer; the page asks again by itself.</summary>
    private static async Task<IResult> OverviewAsync(Overview overview, CancellationToken cancellationToken)
    {
        try
        {
            return Results.Content(await overview.ReadAsync(cancellationToken), "application/json");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return Results.Text($"the overview cannot be read: {e.GetType().Name} {e.Message}", "text/plain", statusCode: 503);
        }
    }

    private static string Metrics(ActivityLog activity, long lag, StandingCounts? standing)
    {
        var text = new StringBuilder();
        Metric("cdc_stripe_lag_records", "gauge", lag);
        Metric("cdc_stripe_settled_total", "counter", activity.SettledCount);
        Metric("cdc_stripe_requests_total", "counter", activity.Requests);
        Metric("cdc_stripe_reads_total", "counter", activity.Reads);
        Metric("cdc_stripe_requests_refused_total", "counter", activity.RefusedCount);
        Metric("cdc_stripe_dead_letters_total", "counter", activity.DeadLetters);
        if (standing is not null)
        {
            Metric("cdc_stripe_parked_rows", "gauge", standing.AllParked);
            Metric("cdc_stripe_dead_letters_standing", "gauge", standing.DeadLetters);
        }

        if (activity.CurrentFreshness is { } freshness) Metric("cdc_stripe_freshness_seconds", "gauge", freshness);
        return text.ToString();

        void Metric(string name, string kind, double value) => text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {kind}\n{name} {value}\n");
    }

    private static string Page()
    {
        using var stream = typeof(WebHost).Assembly.GetManifestResourceStream("page.html")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
