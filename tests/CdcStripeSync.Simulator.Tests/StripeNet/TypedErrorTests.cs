using System.Net;
using CdcStripeSync.Simulator.Faults;
using Stripe;

namespace CdcStripeSync.Simulator.Tests.StripeNet;

public sealed class TypedErrorTests
{
    [Fact]
    public async Task Id_ThatExists_IsRefusedWithCodeAndParam()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var product = await stripe.ProductAsync();
        var failure = await StripeNetAccount.RefusedAsync(
            () => stripe.V1.Products.CreateAsync(new ProductCreateOptions { Id = product.Id, Name = "x" }), HttpStatusCode.BadRequest, "resource_already_exists", "id");
        Assert.Equal("invalid_request_error", failure.StripeError.Type);
        Assert.StartsWith("req_", failure.StripeResponse.RequestId, StringComparison.Ordinal);
        Assert.EndsWith(failure.StripeResponse.RequestId, failure.StripeError.RequestLogUrl, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parent_ThatIsMissing_Is400AndTheObjectItself404()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        await StripeNetAccount.RefusedAsync(() => stripe.PriceAsync("prod_none", 1), HttpStatusCode.BadRequest, "resource_missing", "product");
        await StripeNetAccount.RefusedAsync(() => stripe.V1.Prices.GetAsync("price_none"), HttpStatusCode.NotFound, "resource_missing", "price");
    }

    [Fact]
    public async Task Key_OfTheOtherMode_IsUnauthorized()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        await StripeNetAccount.RefusedAsync(() => stripe.V1.Products.ListAsync(requestOptions: new RequestOptions { ApiKey = "sk_live_x" }), HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Key_SentTwice_RepeatsTheAnswerAndRefusesOtherParameters()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var once = new RequestOptions { IdempotencyKey = "row-1" };
        var first = await stripe.V1.Products.CreateAsync(new ProductCreateOptions { Name = "Tea" }, once);
        var second = await stripe.V1.Products.CreateAsync(new ProductCreateOptions { Name = "Tea" }, once);
        Assert.Equal(first.Id, second.Id);
        Assert.Equal("row-1", second.StripeResponse.IdempotencyKey);
        Assert.Equal(["true"], second.StripeResponse.Headers.GetValues("Idempotent-Replayed"));
        Assert.Equal([first.StripeResponse.RequestId], second.StripeResponse.Headers.GetValues("Original-Request"));
        var failure = await StripeNetAccount.RefusedAsync(() => stripe.V1.Products.CreateAsync(new ProductCreateOptions { Name = "Cake" }, once), HttpStatusCode.BadRequest);
        Assert.Equal("idempotency_error", failure.StripeError.Type);
    }

    [Fact]
    public async Task RateLimit_WithoutAWordOnRetrying_IsGivenToTheCaller()
    {
        await using var stripe = await StripeNetAccount.StartAsync(retries: 2, new SimulatorOptions { EndpointRate = 1 });
        await stripe.ProductAsync();
        var failure = await StripeNetAccount.RefusedAsync(() => stripe.ProductAsync(), HttpStatusCode.TooManyRequests, "rate_limit");
        Assert.Equal(["endpoint-rate"], failure.StripeResponse.Headers.GetValues("Stripe-Rate-Limited-Reason"));
        Assert.Single(stripe.Simulator.Objects()["products"]);
    }

    [Fact]
    public async Task RateLimit_ToBeRetried_IsSentAgainUnderOneKey()
    {
        await using var stripe = await StripeNetAccount.StartAsync(retries: 2);
        stripe.Simulator.Faults.Add(new Reject { Status = 429, Type = "invalid_request_error", Code = "rate_limit", ShouldRetry = true });
        await stripe.ProductAsync();
        Assert.Equal([429, 200], stripe.Simulator.Requests.Select(r => r.Status));
        Assert.NotNull(Assert.Single(stripe.Simulator.Requests.Select(r => r.IdempotencyKey).Distinct()));
    }

    [Fact]
    public async Task Answer_ThatIsLost_IsAskedForAgainAndMakesOneObject()
    {
        await using var stripe = await StripeNetAccount.StartAsync(retries: 2);
        stripe.Simulator.Faults.Add(new DropResponse());
        var product = await stripe.ProductAsync();
        Assert.Equal(product.Id, (string?)Assert.Single(stripe.Simulator.Objects()["products"])["id"]);
        Assert.Equal([false, true], stripe.Simulator.Requests.Select(r => r.Replayed));
    }

    [Fact]
    public async Task ServersFault_AfterTheWrite_IsRepeatedUnderItsKey()
    {
        await using var stripe = await StripeNetAccount.StartAsync(retries: 1);
        stripe.Simulator.Faults.Add(new FailAfterWrite());
        var failure = await StripeNetAccount.RefusedAsync(() => stripe.ProductAsync(), HttpStatusCode.InternalServerError);
        Assert.Equal("api_error", failure.StripeError.Type);
        Assert.Single(stripe.Simulator.Objects()["products"]);
    }
}
