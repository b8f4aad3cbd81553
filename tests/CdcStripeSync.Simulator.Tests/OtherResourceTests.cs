using CdcStripeSync.Simulator.Tests.Http;

namespace CdcStripeSync.Simulator.Tests;

public sealed class OtherResourceTests
{
    [Fact]
    public async Task Coupon_ItsTermsNeverChangeAndItsIdIsUnique()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var id = await stripe.CreateAsync("/v1/coupons", ("id", "FALL"), ("amount_off", "500"), ("currency", "usd"), ("metadata[a]", "1"));
        (await stripe.PostAsync("/v1/coupons", ("id", "FALL"), ("percent_off", "5"))).Refused(400, code: "resource_already_exists");
        (await stripe.PostAsync($"/v1/coupons/{id}", ("amount_off", "600"))).Refused(400, code: "parameter_unknown");
        Assert.Equal("Autumn", (string?)(await stripe.PostAsync($"/v1/coupons/{id}", ("name", "Autumn"))).Ok()["name"]);
        (await stripe.PostAsync("/v1/coupons", ("amount_off", "5"))).Refused(400, code: "parameter_missing", param: "currency");
        (await stripe.PostAsync("/v1/coupons", ("amount_off", "5"), ("percent_off", "5"), ("currency", "usd"))).Refused(400);
        (await stripe.DeleteAsync("/v1/coupons/FALL")).Ok();
        (await stripe.GetAsync("/v1/coupons/FALL")).Refused(404, "No such coupon: 'FALL'", "resource_missing");
    }

    [Fact]
    public async Task PromotionCode_IsActiveOnce()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var coupon = await stripe.CreateAsync("/v1/coupons", ("percent_off", "10"));
        (string, string)[] form = [("promotion[type]", "coupon"), ("promotion[coupon]", coupon), ("code", "TEA")];
        var first = await stripe.CreateAsync("/v1/promotion_codes", form);
        (await stripe.PostAsync("/v1/promotion_codes", form)).Refused(400, param: "code");
        (await stripe.PostAsync($"/v1/promotion_codes/{first}", ("active", "false"))).Ok();
        var second = await stripe.CreateAsync("/v1/promotion_codes", form);
        Assert.Equal([second, first], (await stripe.GetAsync("/v1/promotion_codes?code=TEA")).DataIds);
        Assert.Equal([second, first], (await stripe.GetAsync($"/v1/promotion_codes?coupon={coupon}")).DataIds);
        (await stripe.PostAsync("/v1/promotion_codes", ("promotion[type]", "coupon"), ("promotion[coupon]", "none"))).Refused(400, code: "resource_missing");
    }

    [Fact]
    public async Task TaxRate_ItsPercentageNeverChanges()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var id = await stripe.CreateAsync("/v1/tax_rates", ("display_name", "VAT"), ("inclusive", "true"), ("percentage", "7.7"));
        (await stripe.PostAsync($"/v1/tax_rates/{id}", ("percentage", "8.1"))).Refused(400, code: "parameter_unknown");
        Assert.False((bool)(await stripe.PostAsync($"/v1/tax_rates/{id}", ("active", "false"))).Ok()["active"]!);
        Assert.Empty((await stripe.GetAsync("/v1/tax_rates?active=true")).DataIds);
    }

    [Fact]
    public async Task Meter_OneActiveForAnEventName()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        (string, string)[] form = [("display_name", "Cups"), ("event_name", "cup"), ("default_aggregation[formula]", "sum")];
        var id = await stripe.CreateAsync("/v1/billing/meters", form);
        (await stripe.PostAsync("/v1/billing/meters", form)).Refused(400, param: "event_name");
        Assert.Equal("inactive", (string?)(await stripe.PostAsync($"/v1/billing/meters/{id}/deactivate")).Ok()["status"]);
        await stripe.CreateAsync("/v1/billing/meters", form);
        (await stripe.PostAsync($"/v1/billing/meters/{id}/reactivate")).Refused(400);
        Assert.Equal([id], (await stripe.GetAsync("/v1/billing/meters?status=inactive")).DataIds);
    }

    [Fact]
    public async Task ProductFeature_AttachedOnceToItsProduct()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var (tea, cake) = (await stripe.ProductAsync(), await stripe.ProductAsync("Cake"));
        var feature = await stripe.CreateAsync("/v1/entitlements/features", ("name", "Refill"), ("lookup_key", "refill"));
        (await stripe.PostAsync("/v1/entitlements/features", ("name", "x"), ("lookup_key", "refill"))).Refused(400, param: "lookup_key");
        var attached = await stripe.CreateAsync($"/v1/products/{tea}/features", ("entitlement_feature", feature));
        (await stripe.PostAsync($"/v1/products/{tea}/features", ("entitlement_feature", feature))).Refused(400);
        Assert.Equal([attached], (await stripe.GetAsync($"/v1/products/{tea}/features")).DataIds);
        Assert.Empty((await stripe.GetAsync($"/v1/products/{cake}/features")).DataIds);
        (await stripe.DeleteAsync($"/v1/products/{cake}/features/{attached}")).Refused(404);
        (await stripe.DeleteAsync($"/v1/products/{tea}/features/{attached}")).Ok();
    }

    [Fact]
    public async Task WebhookEndpoint_ShowsItsSecretOnce()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var created = (await stripe.PostAsync("/v1/webhook_endpoints", ("url", "https://x.example"), ("enabled_events[]", "*"))).Ok();
        Assert.StartsWith("whsec_", (string?)created["secret"], StringComparison.Ordinal);
        Assert.False((await stripe.GetAsync($"/v1/webhook_endpoints/{created["id"]}")).Ok().ContainsKey("secret"));
        (await stripe.GetAsync("/v1/webhook_endpoints?expand[]=data.secret")).Refused(400);
        Assert.Equal("disabled", (string?)(await stripe.PostAsync($"/v1/webhook_endpoints/{created["id"]}", ("disabled", "true"))).Ok()["status"]);
        (await stripe.PostAsync("/v1/webhook_endpoints", ("url", "x.example"), ("enabled_events[]", "*"))).Refused(400, param: "url");
    }

    [Fact]
    public async Task Customer_Deleted_StillAnswersItsId()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var id = await stripe.CreateAsync("/v1/customers", ("email", "a@b.example"));
        (await stripe.PostAsync("/v1/customers", ("email", "nobody"))).Refused(400, code: "email_invalid", param: "email");
        (await stripe.PostAsync("/v1/customers", ("email", new string('a', 513)))).Refused(400, param: "email");
        (await stripe.PostAsync("/v1/customers", ("phone", new string('1', 21)))).Refused(400, param: "phone");
        (await stripe.PostAsync("/v1/customers", ("default_source", "x"))).Refused(400, code: "parameter_unknown");
        (await stripe.DeleteAsync($"/v1/customers/{id}")).Ok();
        Assert.True((bool)(await stripe.GetAsync($"/v1/customers/{id}")).Ok()["deleted"]!);
        (await stripe.PostAsync($"/v1/customers/{id}", ("name", "x"))).Refused(404, code: "resource_missing");
        Assert.Empty((await stripe.GetAsync("/v1/customers")).DataIds);
    }

    [Fact]
    public async Task Plan_CreatedArchivedDeleted()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var id = await stripe.CreateAsync("/v1/plans", ("id", "gold"), ("currency", "usd"), ("interval", "year"), ("amount", "9900"), ("product[name]", "Gold"));
        Assert.False((bool)(await stripe.PostAsync($"/v1/plans/{id}", ("active", "false"))).Ok()["active"]!);
        (await stripe.DeleteAsync($"/v1/plans/{id}")).Ok();
        Assert.Empty((await stripe.GetAsync("/v1/plans")).DataIds);
    }
}
