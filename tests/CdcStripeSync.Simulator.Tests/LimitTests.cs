using CdcStripeSync.Simulator.Faults;
using CdcStripeSync.Simulator.Tests.Http;

namespace CdcStripeSync.Simulator.Tests;

public sealed class LimitTests
{
    [Fact]
    public async Task Endpoint_OverItsRate_IsRefusedOverAllIdsTogether()
    {
        await using var stripe = await RunningSimulator.StartAsync(new SimulatorOptions { EndpointRate = 2 });
        var (a, b) = (await stripe.ProductAsync(), await stripe.ProductAsync());
        var refused = (await stripe.PostAsync("/v1/products", ("name", "x"))).Refused(429);
        Assert.Equal("endpoint-rate", refused.Headers["Stripe-Rate-Limited-Reason"]);
        Assert.False(refused.Headers.ContainsKey("Retry-After"));
        (await stripe.GetAsync($"/v1/products/{a}")).Ok();
        (await stripe.GetAsync($"/v1/products/{b}")).Ok();
        (await stripe.GetAsync($"/v1/products/{a}")).Refused(429);
        stripe.Clock.Advance(TimeSpan.FromSeconds(0.5));
        await stripe.ProductAsync();
        (await stripe.PostAsync("/v1/products", ("name", "x"))).Refused(429);
    }

    [Fact]
    public async Task Account_OverItsRate_IsRefused()
    {
        await using var stripe = await RunningSimulator.StartAsync(new SimulatorOptions { GlobalRate = 2 });
        await stripe.ProductAsync();
        (await stripe.GetAsync("/v1/account")).Ok();
        Assert.Equal("global-rate", (await stripe.GetAsync("/v1/prices")).Refused(429).Headers["Stripe-Rate-Limited-Reason"]);
    }

    [Fact]
    public async Task LockTimeout_IsA429WithoutTheLimitsHeader()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        stripe.Simulator.Faults.Add(Reject.LockTimeout("/v1/products"));
        var refused = (await stripe.PostAsync("/v1/products", "k1", ("name", "x"))).Refused(429, code: "lock_timeout", type: "invalid_request_error");
        Assert.False(refused.Headers.ContainsKey("Stripe-Rate-Limited-Reason"));
        (await stripe.PostAsync("/v1/products", "k1", ("name", "x"))).Ok();
    }
}
