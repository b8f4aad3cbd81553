using System.Text.Json;
using Stripe;

namespace CdcStripeSync.Simulator.Tests.StripeNet;

/// <summary>Events as a receiver of webhooks reads them. The simulator sends none, so their signature is the client's own here.</summary>
public sealed class TypedEventTests
{
    [Fact]
    public async Task Events_OfASuccession_TellItTyped()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var product = await stripe.ProductAsync();
        var old = await stripe.PriceAsync(product.Id, 1000, "tea");
        var next = await stripe.PriceAsync(product.Id, 1200, "tea", transfer: true);
        var events = (await stripe.V1.Events.ListAsync(new EventListOptions { Types = ["price.created", "price.updated"] })).Data;
        Assert.Equal([(EventTypes.PriceUpdated, old.Id), (EventTypes.PriceCreated, next.Id), (EventTypes.PriceCreated, old.Id)], events.Select(e => (e.Type, ((Price)e.Data.Object).Id)).OrderBy(e => e.Type == EventTypes.PriceCreated));
        var moved = events.Single(e => e.Type == EventTypes.PriceUpdated);
        Assert.Equal("tea", (string)moved.Data.PreviousAttributes.lookup_key);
        Assert.Equal(next.StripeResponse.RequestId, moved.Request.Id);
        Assert.Equal(product.Name, ((Product)(await stripe.V1.Events.ListAsync(new EventListOptions { Type = "product.created" })).Single().Data.Object).Name);
    }

    [Fact]
    public async Task Event_SignedAsAWebhook_IsTakenByTheClient()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var product = await stripe.ProductAsync();
        var endpoint = await stripe.V1.WebhookEndpoints.CreateAsync(new WebhookEndpointCreateOptions { Url = "https://shop.example/hook", EnabledEvents = ["product.created"] });
        var payload = JsonSerializer.Serialize((await stripe.Raw.GetAsync("/v1/events?type=product.created")).Ok()["data"]![0]);
        var signature = EventUtility.GenerateSignatureHeader(payload, endpoint.Secret);
        var taken = EventUtility.ConstructEvent(payload, signature, endpoint.Secret, throwOnApiVersionMismatch: false);
        Assert.Equal((EventTypes.ProductCreated, product.Id), (taken.Type, ((Product)taken.Data.Object).Id));
        Assert.Throws<StripeException>(() => EventUtility.ConstructEvent(payload, signature, "whsec_other", throwOnApiVersionMismatch: false));
    }
}
