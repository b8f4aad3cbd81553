using System.Diagnostics;
using CdcStripeSync.Simulator.Faults;
using CdcStripeSync.Simulator.Tests.Http;

namespace CdcStripeSync.Simulator.Tests;

public sealed class FaultTests
{
    [Fact]
    public async Task Reject_OfTheSecondMatch_StrikesThatOne()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        stripe.Simulator.Faults.Add(new Reject { Method = "POST", PathPrefix = "/v1/products", Nth = 2, Status = 503, ShouldRetry = true });
        await stripe.ProductAsync();
        (await stripe.GetAsync("/v1/products")).Ok();
        Assert.Equal("true", (await stripe.PostAsync("/v1/products", "k", ("name", "x"))).Refused(503, type: "api_error").Headers["Stripe-Should-Retry"]);
        (await stripe.PostAsync("/v1/products", "k", ("name", "x"))).Ok();
    }

    [Fact]
    public async Task DropResponse_LosesTheAnswerButNotTheEffect()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var fault = stripe.Simulator.Faults.Add(new DropResponse());
        await Assert.ThrowsAsync<HttpRequestException>(() => stripe.PostAsync("/v1/products", "k", ("name", "x")));
        Assert.Equal(1, fault.Struck);
        Assert.Equal(0, stripe.Simulator.Requests[0].Status);
        var again = await stripe.PostAsync("/v1/products", "k", ("name", "x"));
        Assert.Equal("true", again.Headers["Idempotent-Replayed"]);
        Assert.Single(stripe.Simulator.Objects()["products"]);
    }

    [Fact]
    public async Task DropResponse_OfAReplay_LosesItToo()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var fault = stripe.Simulator.Faults.Add(new DropResponse { Times = 2 });
        await Assert.ThrowsAsync<HttpRequestException>(() => stripe.PostAsync("/v1/products", "k", ("name", "x")));
        await Assert.ThrowsAsync<HttpRequestException>(() => stripe.PostAsync("/v1/products", "k", ("name", "x")));
        Assert.Equal(2, fault.Struck);
        Assert.Equal("true", (await stripe.PostAsync("/v1/products", "k", ("name", "x"))).Headers["Idempotent-Replayed"]);
        Assert.Single(stripe.Simulator.Objects()["products"]);
    }

    [Fact]
    public async Task DropResponse_OfARefusal_LosesItToo()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        stripe.Simulator.Faults.Add(new DropResponse());
        await Assert.ThrowsAsync<HttpRequestException>(() => stripe.PostAsync("/v1/products", "k"));
        (await stripe.PostAsync("/v1/products", "k")).Refused(400, code: "parameter_missing");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hold_OfAReplay_KeepsItInFlight(bool afterWrite)
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var first = (await stripe.PostAsync("/v1/products", "k", ("name", "x"))).Id;
        var hold = stripe.Simulator.Faults.Add(new Hold { AfterWrite = afterWrite });
        var again = stripe.PostAsync("/v1/products", "k", ("name", "x"));
        await hold.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        await Task.Delay(100); // a fault that told and did not hold would have been answered by then
        Assert.False(again.IsCompleted);
        hold.Release();
        Assert.Equal(first, (await again).Id);
    }

    public static TheoryData<Fault> TakingExecution => [new FailBeforeWrite(), new FailAfterWrite(), new ExecuteLate { After = TimeSpan.Zero }];

    [Theory]
    [MemberData(nameof(TakingExecution))]
    public async Task FaultThatTakesExecution_MeetingAReplay_StrikesTheNextRequest(Fault fault)
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var first = (await stripe.PostAsync("/v1/products", "k", ("name", "x"))).Id;
        stripe.Simulator.Faults.Add(fault);
        Assert.Equal(first, (await stripe.PostAsync("/v1/products", "k", ("name", "x"))).Id);
        Assert.Equal(0, fault.Struck);
        await Record.ExceptionAsync(() => stripe.PostAsync("/v1/products", "another", ("name", "x")));
        Assert.Equal(1, fault.Struck);
    }

    [Fact]
    public async Task FailBeforeWrite_WritesNothing_AndIsRememberedUnderTheKey()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        stripe.Simulator.Faults.Add(new FailBeforeWrite());
        (await stripe.PostAsync("/v1/products", "k", ("name", "x"))).Refused(500, type: "api_error");
        Assert.Equal("true", (await stripe.PostAsync("/v1/products", "k", ("name", "x"))).Refused(500).Headers["Idempotent-Replayed"]);
        Assert.Empty(stripe.Simulator.Objects()["products"]);
        (await stripe.PostAsync("/v1/products", "another", ("name", "x"))).Ok();
    }

    [Fact]
    public async Task Hold_LeftByItsCaller_ExecutesWhenReleased()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var hold = stripe.Simulator.Faults.Add(new Hold());
        using var patience = new CancellationTokenSource();
        using var body = new FormUrlEncodedContent([KeyValuePair.Create("name", "x")]);
        var request = stripe.Client.PostAsync(new Uri("/v1/products", UriKind.Relative), body, patience.Token);
        await hold.Reached;
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        Assert.Empty(stripe.Simulator.Objects()["products"]);
        hold.Release();
        await EventuallyAsync(() => stripe.Simulator.Objects()["products"].Count == 1);
    }

    [Fact]
    public async Task ExecuteLate_LosesTheCallerFirst()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var late = stripe.Simulator.Faults.Add(new ExecuteLate());
        await Assert.ThrowsAsync<HttpRequestException>(() => stripe.PostAsync("/v1/products", "k", ("name", "x")));
        (await stripe.PostAsync("/v1/products", "k", ("name", "x"))).Refused(409, code: "idempotency_key_in_use");
        Assert.Empty(stripe.Simulator.Objects()["products"]);
        late.Release();
        await late.Executed.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Single(stripe.Simulator.Objects()["products"]);
        (await stripe.PostAsync("/v1/products", "k", ("name", "x"))).Ok();
        Assert.Single(stripe.Simulator.Objects()["products"]);
    }

    [Fact]
    public async Task RespondSlowly_WritesAtOnce()
    {
        var stripe = await RunningSimulator.StartAsync();
        stripe.Simulator.Faults.Add(new RespondSlowly { Delay = TimeSpan.FromHours(1) });
        var answer = stripe.PostAsync("/v1/products", ("name", "x"));
        await EventuallyAsync(() => stripe.Simulator.Objects()["products"].Count == 1);
        Assert.False(answer.IsCompleted);
        await stripe.Simulator.DisposeAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer);
        stripe.Client.Dispose();
    }

    [Fact]
    public async Task RespondSlowly_AnswersAfterItsDelay()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        stripe.Simulator.Faults.Add(new RespondSlowly { Delay = TimeSpan.FromMilliseconds(300) });
        var clock = Stopwatch.StartNew();
        (await stripe.PostAsync("/v1/products", ("name", "x"))).Ok();
        Assert.True(clock.ElapsedMilliseconds >= 250, $"{clock.Elapsed}");
    }

    [Fact]
    public async Task Simulator_StoppedWithARequestHeld_Stops()
    {
        var stripe = await RunningSimulator.StartAsync();
        var hold = stripe.Simulator.Faults.Add(new Hold());
        var request = stripe.PostAsync("/v1/products", ("name", "x"));
        await hold.Reached;
        await stripe.Simulator.DisposeAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => request);
        stripe.Client.Dispose();
    }

    private static async Task EventuallyAsync(Func<bool> holds)
    {
        for (var i = 0; i < 3_000 && !holds(); i++) await Task.Delay(10);
        Assert.True(holds());
    }
}
