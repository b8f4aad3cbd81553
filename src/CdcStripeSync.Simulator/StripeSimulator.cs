using System.Net;
using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Control;
using CdcStripeSync.Simulator.Faults;
using CdcStripeSync.Simulator.Http;
using CdcStripeSync.Simulator.Limits;
using CdcStripeSync.Simulator.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CdcStripeSync.Simulator;

/// <summary>A Stripe account over HTTP that remembers, refuses and fails as the real one does, on 127.0.0.1.</summary>
public sealed class StripeSimulator : IAsyncDisposable
{
    private readonly WebApplication host;
    private readonly SimulatorState state;
    private readonly RequestLog log;
    private readonly CancellationTokenSource stopping;

    private StripeSimulator(WebApplication host, SimulatorState state, RequestLog log, FaultPlan faults, CancellationTokenSource stopping)
    {
        (this.host, this.state, this.log, Faults, this.stopping) = (host, state, log, faults, stopping);
        BaseAddress = new Uri(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>Such as <c>http://127.0.0.1:40123/</c>; Stripe's paths begin below it with <c>v1/</c>.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Requests that arrived since the start.</summary>
    public long Received => log.Received;

    /// <summary>A copy of the log so far, in order of arrival: the newest <see cref="SimulatorOptions.LoggedRequests"/>.</summary>
    public IReadOnlyList<RequestLogEntry> Requests => log.Snapshot();

    public FaultPlan Faults { get; }

    public static async Task<StripeSimulator> StartAsync(SimulatorOptions options, CancellationToken ct)
    {
        // Empty: no settings file of the working directory is read or watched, nothing is logged.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.AddServerHeader = false;
        });
        var host = builder.Build();
        var state = new SimulatorState(options);
        var (log, faults, stopping) = (new RequestLog(options.LoggedRequests), new FaultPlan(), new CancellationTokenSource());
        var api = new Api(state, new RateLimiter(options.GlobalRate, options.EndpointRate, options.TimeProvider));
        var endpoint = new ApiEndpoint(api, options, state.Ids, log, faults, stopping.Token);
        var control = new ControlEndpoint(state, log, faults);
        host.Run(context => context.Request.Path.StartsWithSegments("/_sim") ? control.HandleAsync(context) : endpoint.HandleAsync(context));
        await host.StartAsync(ct);
        return new StripeSimulator(host, state, log, faults, stopping);
    }

    /// <summary>Every object by collection (<c>products</c>, <c>prices</c>, <c>billing.meters</c> …), oldest first, hidden fields included; copies.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> Objects() => StateDump.Objects(state);

    /// <summary>All objects, events and remembered idempotency keys as one JSON text for <see cref="Load"/>; requests in flight are not part of it.</summary>
    public string Dump() => StateDump.Write(state);

    /// <summary>Replaces all that by what a <see cref="Dump"/> holds. New ids differ from those of the run that it came from.</summary>
    public void Load(string json) => StateDump.Read(state, json);

    /// <summary>Makes the remembered idempotency keys older; after 24 hours they are forgotten.</summary>
    public void AgeIdempotency(TimeSpan by)
    {
        lock (state.Gate) state.Keys.Age(by);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        using var impatience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        await host.StopAsync(impatience.Token);
        await host.DisposeAsync();
        stopping.Dispose();
    }
}
