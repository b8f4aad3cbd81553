using CdcStripeSync.Simulator.Faults;
using CdcStripeSync.Simulator.Tests.Http;

namespace CdcStripeSync.Simulator.Tests;

public sealed class IdempotencyTests
{
    [Fact]
    public async Task Key_SentAgainWithTheSameParameters_RepeatsTheAnswer()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var first = await stripe.PostAsync("/v1/products", "k1", ("name", "Tea"));
        var second = await stripe.PostAsync("/v1/products", "k1", ("name", "Tea"));
        Assert.Equal(first.Id, second.Id);
        Assert.Equal("true", second.Headers["Idempotent-Replayed"]);
        Assert.Equal(first.Headers["Request-Id"], second.Headers["Original-Request"]);
        Assert.False(first.Headers.ContainsKey("Idempotent-Replayed"));
        Assert.Single(stripe.Simulator.Objects()["products"]);
        Assert.True(stripe.Simulator.Requests[1].Replayed);
    }

    [Fact]
    public async Task Key_WithOtherParameters_IsRefused()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        await stripe.PostAsync("/v1/products", "k1", ("name", "Tea"));
        var other = (await stripe.PostAsync("/v1/products", "k1", ("name", "Coffee"))).Refused(400, type: "idempotency_error");
        Assert.StartsWith("Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than 'k1'", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_BeyondTheBound_AreForgottenOldestFirst()
    {
        await using var stripe = await RunningSimulator.StartAsync(new SimulatorOptions { RememberedKeys = 2 });
        foreach (var key in new[] { "k1", "k2", "k3", "k4" }) await stripe.PostAsync("/v1/products", key, ("name", "Tea"));
        Assert.True((await stripe.PostAsync("/v1/products", "k4", ("name", "Tea"))).Headers.ContainsKey("Idempotent-Replayed"));
        Assert.False((await stripe.PostAsync("/v1/products", "k1", ("name", "Tea"))).Headers.ContainsKey("Idempotent-Replayed"));
    }

    [Fact]
    public async Task Key_InFlight_IsAConflict()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var hold = stripe.Simulator.Faults.Add(new Hold { Method = "POST" });
        var first = stripe.PostAsync("/v1/products", "k1", ("name", "Tea"));
        await hold.Reached;
        (await stripe.PostAsync("/v1/products", "k1", ("name", "Tea"))).Refused(409, code: "idempotency_key_in_use");
        hold.Release();
        Assert.Equal((await first).Id, (await stripe.PostAsync("/v1/products", "k1", ("name", "Tea"))).Id);
    }

    [Fact]
    public async Task Key_OfAValidationFailure_IsNotRemembered()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        (await stripe.PostAsync("/v1/products", "k1", ("nam", "Tea"))).Refused(400, code: "parameter_unknown");
        (await stripe.PostAsync("/v1/products", "k1", ("name", "Tea"))).Ok();
    }

    [Fact]
    public async Task Key_OfAnExecuted400_RepeatsIt()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        (await stripe.PostAsync("/v1/prices", "k1", ("currency", "usd"), ("unit_amount", "1"), ("product", "tea"))).Refused(400, code: "resource_missing");
        (await stripe.PostAsync("/v1/products", ("id", "tea"), ("name", "Tea"))).Ok();
        var again = (await stripe.PostAsync("/v1/prices", "k1", ("currency", "usd"), ("unit_amount", "1"), ("product", "tea"))).Refused(400, code: "resource_missing");
        Assert.Equal("true", again.Headers["Idempotent-Replayed"]);
    }

    [Fact]
    public async Task Key_OfA500_RepeatsItThoughTheEffectStands()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        stripe.Simulator.Faults.Add(new FailAfterWrite());
        (await stripe.PostAsync("/v1/products", "k1", ("name", "Tea"))).Refused(500, type: "api_error");
        (await stripe.PostAsync("/v1/products", "k1", ("name", "Tea"))).Refused(500);
        Assert.Single(stripe.Simulator.Objects()["products"]);
    }

    [Fact]
    public async Task Key_OlderThanADay_IsForgotten()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var first = (await stripe.PostAsync("/v1/products", "k1", ("name", "Tea"))).Id;
        stripe.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(first, (await stripe.PostAsync("/v1/products", "k1", ("name", "Tea"))).Id);
        stripe.Simulator.AgeIdempotency(TimeSpan.FromHours(1));
        Assert.NotEqual(first, (await stripe.PostAsync("/v1/products", "k1", ("name", "Tea"))).Id);
    }

    [Fact]
    public async Task Key_LongerThan255_IsRefused()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        (await stripe.PostAsync("/v1/products", new string('k', 256), ("name", "Tea"))).Refused(400);
        (await stripe.PostAsync("/v1/products", new string('k', 255), ("name", "Tea"))).Ok();
    }

    [Fact]
    public async Task Key_RateLimited_IsSafeToUseAgain()
    {
        await using var stripe = await RunningSimulator.StartAsync(new SimulatorOptions { EndpointRate = 1 });
        await stripe.ProductAsync();
        (await stripe.PostAsync("/v1/products", "k1", ("name", "Tea"))).Refused(429);
        stripe.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False((await stripe.PostAsync("/v1/products", "k1", ("name", "Tea"))).Headers.ContainsKey("Idempotent-Replayed"));
    }

    [Fact]
    public async Task Key_OnDelete_IsIgnored()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var (a, b) = (await stripe.ProductAsync(), await stripe.ProductAsync());
        (await stripe.DeleteAsync($"/v1/products/{a}", "k1")).Ok();
        (await stripe.DeleteAsync($"/v1/products/{b}", "k1")).Ok();
        (await stripe.DeleteAsync($"/v1/products/{b}", "k1")).Refused(404);
    }
}
