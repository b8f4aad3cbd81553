using System.Net;
using CdcStripeSync.Simulator.Tests.Http;
using Stripe;

namespace CdcStripeSync.Simulator.Tests.StripeNet;

/// <summary>A simulator driven by Stripe's own client for .NET, which knows nothing of it.</summary>
/// <remarks>The client asks for the version of the API that it was made for, the simulator answers as of <c>2026-07-29.dahlia</c>: the objects
/// here are alike in both, as <see cref="TypedAnswerTests"/> shows.</remarks>
public sealed class StripeNetAccount : IAsyncDisposable
{
    private readonly RunningSimulator running;
    private readonly HttpClient http = new();

    private StripeNetAccount(RunningSimulator running, int retries)
    {
        this.running = running;
        var client = new StripeClient(new StripeClientOptions
        {
            ApiKey = "sk_test_net",
            ApiBase = running.Simulator.BaseAddress.ToString().TrimEnd('/'),
            HttpClient = new SystemNetHttpClient(http, maxNetworkRetries: retries, enableTelemetry: false),
        });
        V1 = client.V1;
    }

    public V1Services V1 { get; }

    public StripeSimulator Simulator => running.Simulator;

    /// <summary>The same account without a typed client.</summary>
    public RunningSimulator Raw => running;

    public static async Task<StripeNetAccount> StartAsync(int retries = 0, SimulatorOptions? options = null) => new(await RunningSimulator.StartAsync(options), retries);

    public Task<Product> ProductAsync(string name = "Tea") => V1.Products.CreateAsync(new ProductCreateOptions { Name = name });

    public Task<Price> PriceAsync(string product, long amount, string? lookupKey = null, bool? transfer = null) => V1.Prices.CreateAsync(
        new PriceCreateOptions { Product = product, Currency = "usd", UnitAmount = amount, LookupKey = lookupKey, TransferLookupKey = transfer });

    /// <summary>Asserts that a request fails with this status, and with this code and parameter where they are given.</summary>
    public static async Task<StripeException> RefusedAsync(Func<Task> request, HttpStatusCode status, string? code = null, string? param = null)
    {
        var failure = await Assert.ThrowsAsync<StripeException>(request);
        Assert.Equal(status, failure.HttpStatusCode);
        if (code is not null) Assert.Equal(code, failure.StripeError.Code);
        if (param is not null) Assert.Equal(param, failure.StripeError.Param);
        return failure;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await running.DisposeAsync();
    }
}
