using CdcStripeSync.Simulator.Faults;
using CdcStripeSync.Simulator.Tests.Http;

namespace CdcStripeSync.Simulator.Tests;

/// <summary>What a second run on the first one's dump must still know.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task Load_OfTheSameSeed_GivesNewIdsOnly()
    {
        await using var first = await RunningSimulator.StartAsync();
        var known = new List<string>();
        for (var i = 0; i < 3; i++) known.Add(await first.ProductAsync());
        await using var second = await RunningSimulator.StartAsync();
        second.Simulator.Load(first.Simulator.Dump());
        for (var i = 0; i < 3; i++) known.Add(await second.ProductAsync());
        Assert.Equal(6, known.Distinct().Count());
    }

    [Fact]
    public async Task Load_KeepsIdempotencyKeys_SoThatAResentCreateIsReplayed()
    {
        await using var first = await RunningSimulator.StartAsync();
        var created = (await first.PostAsync("/v1/products", "intent-1", ("name", "Tea"))).Id;
        await using var second = await RunningSimulator.StartAsync();
        second.Simulator.Load(first.Simulator.Dump());
        var resent = await second.PostAsync("/v1/products", "intent-1", ("name", "Tea"));
        Assert.Equal(created, resent.Id);
        Assert.Equal("true", resent.Headers["Idempotent-Replayed"]);
        (await second.PostAsync("/v1/products", "intent-1", ("name", "Coffee"))).Refused(400, type: "idempotency_error");
        Assert.Single(second.Simulator.Objects()["products"]);
    }

    [Fact]
    public async Task Load_KeepsTheAgeOfKeys()
    {
        await using var first = await RunningSimulator.StartAsync();
        var created = (await first.PostAsync("/v1/products", "intent-1", ("name", "Tea"))).Id;
        first.Simulator.AgeIdempotency(TimeSpan.FromHours(20));
        await using var second = await RunningSimulator.StartAsync();
        second.Simulator.Load(first.Simulator.Dump());
        second.Clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(created, (await second.PostAsync("/v1/products", "intent-1", ("name", "Tea"))).Id);
        second.Clock.Advance(TimeSpan.FromHours(1));
        Assert.NotEqual(created, (await second.PostAsync("/v1/products", "intent-1", ("name", "Tea"))).Id);
    }

    [Fact]
    public async Task Dump_LeavesOutKeysInFlight()
    {
        await using var first = await RunningSimulator.StartAsync();
        var hold = first.Simulator.Faults.Add(new Hold { Method = "POST" });
        var held = first.PostAsync("/v1/products", "intent-1", ("name", "Tea"));
        await hold.Reached;
        await using var second = await RunningSimulator.StartAsync();
        second.Simulator.Load(first.Simulator.Dump());
        Assert.False((await second.PostAsync("/v1/products", "intent-1", ("name", "Tea"))).Headers.ContainsKey("Idempotent-Replayed"));
        hold.Release();
        (await held).Ok();
    }
}
