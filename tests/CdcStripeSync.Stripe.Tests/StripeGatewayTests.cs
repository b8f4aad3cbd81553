using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Stripe.Tests.Doubles;
using Microsoft.AspNetCore.Http;
using Polly.CircuitBreaker;

namespace CdcStripeSync.Stripe.Tests;

public sealed class StripeGatewayTests
{
    private const string Html = "<html><body>502 Bad Gateway</body></html>";
    private static readonly CancellationToken None = CancellationToken.None;

    private static StripeRequest Post(TimeSpan? deadline = null) => new(
        StripeMethod.Post, "/v1/prices", "/v1/prices", "currency=usd&metadata[sku]=%C3%A4&tiers[0][up_to]=inf", "key-1", "price:public.prices/ü", deadline ?? TimeSpan.FromSeconds(10));

    private static StripeRequest Get(string query = "") => new(StripeMethod.Get, "/v1/prices/price_1", "/v1/prices/{id}", query, null, "read", TimeSpan.FromSeconds(10));

    [Fact]
    public async Task Send_Post_CarriesBodyKeyVersionAndCause()
    {
        await using var stripe = await StripeDouble.StartAsync(StripeDouble.Json(200, """{"id":"price_1","amount":1.50,"none":null}""", ("Request-Id", "req_1")));
        using var gateway = stripe.Gateway(o => o with { StripeAccount = "acct_2" });

        var success = Assert.IsType<StripeOutcome.Success>(await gateway.SendAsync(Post(), None));

        Assert.Equal(("req_1", false), (success.RequestId, success.Replayed));
        Assert.Equal(FieldValue.Of("price_1"), success.Body.Members["id"]);
        Assert.Equal(FieldValue.Of(ExactDecimal.Parse("1.5")), success.Body.Members["amount"]);
        var seen = Assert.Single(stripe.Seen);
        Assert.Equal(("POST", "/v1/prices", Post().Form), (seen.Method, seen.Target, seen.Body));
        Assert.Equal("Bearer sk_test_secret", seen.Headers["Authorization"]);
        Assert.Equal("2026-07-29.dahlia", seen.Headers["Stripe-Version"]);
        Assert.Equal("acct_2", seen.Headers["Stripe-Account"]);
        Assert.Equal("key-1", seen.Headers["Idempotency-Key"]);
        Assert.Equal("application/x-www-form-urlencoded", seen.Headers["Content-Type"]);
        Assert.StartsWith("CdcStripeSync/", seen.Headers["User-Agent"], StringComparison.Ordinal);
        Assert.Equal("price:public.prices/ü", Uri.UnescapeDataString(seen.Headers["X-Cdc-Cause"]));
    }

    [Fact]
    public async Task Send_RequestOfAnotherVersion_CarriesThatOne()
    {
        await using var stripe = await StripeDouble.StartAsync(StripeDouble.Json(200, "{}"));
        using var gateway = stripe.Gateway();

        await gateway.SendAsync(Post() with { ApiVersion = "2025-01-01.earlier" }, None);

        Assert.Equal("2025-01-01.earlier", Assert.Single(stripe.Seen).Headers["Stripe-Version"]);
    }

    [Fact]
    public async Task Send_GetAndDelete_PutTheFormIntoTheQueryAndCarryNoKey()
    {
        await using var stripe = await StripeDouble.StartAsync(StripeDouble.Json(200, "{}"));
        using var gateway = stripe.Gateway();
        await gateway.SendAsync(Get("expand[0]=tiers"), None);
        await gateway.SendAsync(Get() with { Method = StripeMethod.Delete }, None);

        Assert.Equal([("GET", "/v1/prices/price_1?expand[0]=tiers"), ("DELETE", "/v1/prices/price_1")], stripe.Seen.Select(s => (s.Method, Uri.UnescapeDataString(s.Target))));
        Assert.All(stripe.Seen, s => Assert.False(s.Headers.ContainsKey("Idempotency-Key")));
        Assert.All(stripe.Seen, s => Assert.Empty(s.Body));
    }

    [Theory]
    [InlineData("", "/v1/prices")]
    [InlineData("/egress/stripe", "/egress/stripe/v1/prices")]
    [InlineData("/egress/stripe/", "/egress/stripe/v1/prices")]
    public async Task Send_BaseAddressWithAPath_GoesUnderIt(string path, string target)
    {
        await using var stripe = await StripeDouble.StartAsync(StripeDouble.Json(200, "{}"));
        using var gateway = stripe.Gateway(o => o with { BaseAddress = new Uri(stripe.Address, path) });
        await gateway.SendAsync(Post(), None);
        Assert.Equal(target, Assert.Single(stripe.Seen).Target);
    }

    [Fact]
    public async Task Send_Again_TellsHowLongTheLastRequestTook()
    {
        await using var stripe = await StripeDouble.StartAsync(StripeDouble.Json(200, "{}", ("Request-Id", "req_7")));
        using var gateway = stripe.Gateway();
        await gateway.SendAsync(Get(), None);
        await gateway.SendAsync(Get(), None);

        Assert.False(stripe.Seen.First().Headers.ContainsKey("X-Stripe-Client-Telemetry"));
        Assert.Matches("""^\{"last_request_metrics":\{"request_id":"req_7","request_duration_ms":\d+\}\}$""", stripe.Seen.Last().Headers["X-Stripe-Client-Telemetry"]);
    }

    [Fact]
    public async Task Send_Refused_GivesStripesErrorWithItsHeaders()
    {
        await using var stripe = await StripeDouble.StartAsync(StripeDouble.Json(
            429, """{"error":{"type":"invalid_request_error","code":"rate_limit","param":"name","message":"Slow down"}}""",
            ("Request-Id", "req_2"), ("Stripe-Rate-Limited-Reason", "endpoint-rate"), ("Stripe-Should-Retry", "true"), ("Idempotent-Replayed", "true")));
        using var gateway = stripe.Gateway();

        var refused = Assert.IsType<StripeOutcome.Refused>(await gateway.SendAsync(Post(), None));

        Assert.Equal(new StripeError(429, "invalid_request_error", "rate_limit", "name", "Slow down", "endpoint-rate", true), refused.Error);
        Assert.Equal(("req_2", true), (refused.RequestId, refused.Replayed));
    }

    [Theory]
    [InlineData(502, Html)]
    [InlineData(500, "")]
    [InlineData(404, "[1]")]
    [InlineData(302, "{}")]
    [InlineData(400, """{"error":"text"}""")]
    public async Task Send_RefusedWithoutStripesBody_StillGivesTheStatus(int status, string body)
    {
        await using var stripe = await StripeDouble.StartAsync(StripeDouble.Json(status, body, ("Location", "/elsewhere")));
        using var gateway = stripe.Gateway();
        var refused = Assert.IsType<StripeOutcome.Refused>(await gateway.SendAsync(Post(), None));
        Assert.Equal((status, ""), (refused.Error.Status, refused.Error.Type));
        Assert.Single(stripe.Seen);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("")]
    [InlineData("""{"id":"pri""")]
    public async Task Send_200WithoutJson_MayHaveExecuted(string body)
    {
        await using var stripe = await StripeDouble.StartAsync(StripeDouble.Json(200, body));
        using var gateway = stripe.Gateway();
        Assert.True(Assert.IsType<StripeOutcome.NoAnswer>(await gateway.SendAsync(Post(), None)).MayHaveExecuted);
    }

    [Fact]
    public async Task Send_NoAnswerInTime_MayHaveExecuted()
    {
        await using var stripe = await StripeDouble.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var gateway = stripe.Gateway();
        var started = Stopwatch.StartNew();
        var none = Assert.IsType<StripeOutcome.NoAnswer>(await gateway.SendAsync(Post(TimeSpan.FromMilliseconds(200)), None));
        Assert.True(none.MayHaveExecuted);
        Assert.Contains("0.2 s", none.Reason, StringComparison.Ordinal);
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Send_BodyStopsHalfWay_MayHaveExecuted()
    {
        await using var stripe = await StripeDouble.StartAsync(async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("""{"id":""");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var gateway = stripe.Gateway();
        Assert.True(Assert.IsType<StripeOutcome.NoAnswer>(await gateway.SendAsync(Post(TimeSpan.FromMilliseconds(300)), None)).MayHaveExecuted);
    }

    [Fact]
    public async Task Send_ConnectionReset_MayHaveExecuted()
    {
        await using var stripe = await StripeDouble.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var gateway = stripe.Gateway();
        Assert.True(Assert.IsType<StripeOutcome.NoAnswer>(await gateway.SendAsync(Post(), None)).MayHaveExecuted);
    }

    [Fact]
    public async Task Send_ConnectionRefused_NeverLeft()
    {
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // has the port, and does not listen
        var port = ((IPEndPoint)deaf.LocalEndPoint!).Port;
        using var gateway = new StripeGateway(new StripeGatewayOptions(new Uri($"http://127.0.0.1:{port}"), "sk_test_x"), TimeProvider.System);
        Assert.False(Assert.IsType<StripeOutcome.NoAnswer>(await gateway.SendAsync(Post(), None)).MayHaveExecuted);
    }

    [Fact]
    public async Task Send_ConnectionNotMadeInTime_NeverLeft()
    {
        var transport = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(100),
            ConnectCallback = async (_, token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return Stream.Null;
            },
        };
        using var gateway = new StripeGateway(new StripeGatewayOptions(new Uri("http://127.0.0.1:1"), "sk_test_x"), TimeProvider.System, transport);
        Assert.False(Assert.IsType<StripeOutcome.NoAnswer>(await gateway.SendAsync(Post(), None)).MayHaveExecuted);
    }

    [Fact]
    public async Task Send_NoTimeLeft_NeverLeaves()
    {
        await using var stripe = await StripeDouble.StartAsync(StripeDouble.Json(200, "{}"));
        using var gateway = stripe.Gateway();
        Assert.False(Assert.IsType<StripeOutcome.NoAnswer>(await gateway.SendAsync(Post(TimeSpan.FromSeconds(-1)), None)).MayHaveExecuted);
        Assert.Empty(stripe.Seen);
    }

    [Fact]
    public async Task Send_Cancelled_EndsAtOnce()
    {
        await using var stripe = await StripeDouble.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var gateway = stripe.Gateway();
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var started = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.SendAsync(Post(TimeSpan.FromMinutes(1)), cancelled.Token));
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Circuit_AfterFailuresInARow_OpensThenClosesAgain()
    {
        var broken = true;
        await using var stripe = await StripeDouble.StartAsync(context =>
            broken ? StripeDouble.Json(503, Html)(context) : StripeDouble.Json(200, "{}")(context));
        var clock = new SteppedClock();
        using var gateway = stripe.Gateway(o => o with { CircuitFailures = 4, CircuitOpenFor = TimeSpan.FromSeconds(3) }, clock);

        for (var i = 0; i < 4; i++) Assert.IsType<StripeOutcome.Refused>(await gateway.SendAsync(Post(), None));
        Assert.Equal(CircuitState.Open, gateway.Circuit.CircuitState);
        Assert.False(Assert.IsType<StripeOutcome.NoAnswer>(await gateway.SendAsync(Post(), None)).MayHaveExecuted);
        Assert.Equal(4, stripe.Seen.Count);

        broken = false;
        clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.IsType<StripeOutcome.NoAnswer>(await gateway.SendAsync(Post(), None));
        clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.IsType<StripeOutcome.Success>(await gateway.SendAsync(Post(), None));
        Assert.Equal(CircuitState.Closed, gateway.Circuit.CircuitState);
    }

    [Fact]
    public async Task Circuit_RefusalsThatArePlain_LeaveItClosed()
    {
        await using var stripe = await StripeDouble.StartAsync(StripeDouble.Json(429, "{}"));
        using var gateway = stripe.Gateway(o => o with { CircuitFailures = 2 });
        for (var i = 0; i < 10; i++) Assert.IsType<StripeOutcome.Refused>(await gateway.SendAsync(Post(), None));
        Assert.Equal(CircuitState.Closed, gateway.Circuit.CircuitState);
    }

    [Fact]
    public void Options_Printed_HideTheKey() =>
        Assert.DoesNotContain("sk_test_secret", new StripeGatewayOptions(new Uri("http://127.0.0.1"), "sk_test_secret").ToString(), StringComparison.Ordinal);
}
