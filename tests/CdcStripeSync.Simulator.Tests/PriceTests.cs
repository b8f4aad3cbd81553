using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Tests.Http;

namespace CdcStripeSync.Simulator.Tests;

public sealed class PriceTests
{
    [Fact]
    public async Task Product_NeitherBothOrUnknown_IsRefused()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        (await stripe.PostAsync("/v1/prices", ("currency", "usd"), ("unit_amount", "1"))).Refused(400, code: "parameter_missing", param: "product");
        (await stripe.PostAsync("/v1/prices", ("currency", "usd"), ("unit_amount", "1"), ("product", "p"), ("product_data[name]", "x")))
            .Refused(400, "You may only specify one of these parameters: product, product_data.");
        (await stripe.PostAsync("/v1/prices", ("currency", "usd"), ("unit_amount", "1"), ("product", "p"))).Refused(400, code: "resource_missing", param: "product");
        var price = (await stripe.PostAsync("/v1/prices", ("currency", "usd"), ("unit_amount", "1"), ("product_data[name]", "x"), ("product_data[id]", "p"))).Ok();
        Assert.Equal("p", (string?)price["product"]);
        (await stripe.GetAsync("/v1/products/p")).Ok();
    }

    [Theory]
    [InlineData("usd", "unit_amount_decimal", "10.5", null, "10.5")]
    [InlineData("usd", "unit_amount_decimal", "10.50", null, "10.5")]
    [InlineData("usd", "unit_amount_decimal", "10.00", "10", "10")]
    [InlineData("usd", "unit_amount_decimal", "0.000000000001", null, "0.000000000001")]
    [InlineData("usd", "unit_amount", "0", "0", "0")]
    [InlineData("JPY", "unit_amount", "501", "501", "501")]
    [InlineData("huf", "unit_amount", "12345", "12345", "12345")]
    [InlineData("isk", "unit_amount", "500", "500", "500")]
    [InlineData("kwd", "unit_amount", "1230", "1230", "1230")]
    public async Task Amount_OfEachKind_IsAnsweredNormalised(string currency, string name, string value, string? amount, string exact)
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var price = (await stripe.PostAsync("/v1/prices", ("currency", currency), (name, value), ("product_data[name]", "x"))).Ok();
        Assert.Equal(amount, price["unit_amount"]?.ToJsonString());
        Assert.Equal(exact, (string?)price["unit_amount_decimal"]);
        Assert.Equal(currency.ToLowerInvariant(), (string?)price["currency"]);
    }

    [Theory]
    [InlineData("usd", "unit_amount_decimal", "0.0000000000001")]
    [InlineData("usd", "unit_amount", "-1")]
    [InlineData("isk", "unit_amount", "501")]
    [InlineData("ugx", "unit_amount", "150")]
    [InlineData("kwd", "unit_amount", "1231")]
    [InlineData("xxx", "unit_amount", "1")]
    public async Task Amount_ThatItsCurrencyLacks_IsRefused(string currency, string name, string value)
    {
        await using var stripe = await RunningSimulator.StartAsync();
        (await stripe.PostAsync("/v1/prices", ("currency", currency), (name, value), ("product_data[name]", "x"))).Refused(400);
        Assert.Empty(stripe.Simulator.Objects()["products"]);
    }

    [Fact]
    public async Task Amount_InBothForms_IsRefused()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        (await stripe.PostAsync("/v1/prices", ("currency", "usd"), ("unit_amount", "1"), ("unit_amount_decimal", "1"), ("product_data[name]", "x")))
            .Refused(400, "You may only specify one of these parameters: unit_amount, unit_amount_decimal.");
    }

    [Fact]
    public async Task LookupKey_HeldByAnInactivePrice_IsTakenUntilTransferred()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var product = await stripe.ProductAsync();
        var first = await stripe.PriceAsync(product, ("lookup_key", "tea"), ("active", "false"));
        (await stripe.PostAsync("/v1/prices", ("product", product), ("currency", "usd"), ("unit_amount", "1"), ("lookup_key", "tea")))
            .Refused(400, $"A price (`{first}`) already uses that lookup key.", param: "lookup_key");
        var second = await stripe.PriceAsync(product, ("lookup_key", "tea"), ("transfer_lookup_key", "true"));
        Assert.Equal([second], (await stripe.GetAsync("/v1/prices?lookup_keys[]=tea")).DataIds);
        Assert.Null((await stripe.GetAsync($"/v1/prices/{first}")).Ok()["lookup_key"]);
        var moved = (await stripe.GetAsync("/v1/events?type=price.updated")).Ok()["data"]![0]!["data"]!;
        Assert.Equal(first, (string?)moved["object"]!["id"]);
        Assert.Equal("tea", (string?)moved["previous_attributes"]!["lookup_key"]);
        (await stripe.PostAsync($"/v1/prices/{first}", ("lookup_key", "tea"), ("transfer_lookup_key", "true"))).Ok();
        Assert.Equal([first], (await stripe.GetAsync("/v1/prices?lookup_keys[0]=tea&lookup_keys[1]=other")).DataIds);
    }

    [Fact]
    public async Task AmountChange_InTheSafeOrder_AlwaysLeavesAPriceToSell()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var product = await stripe.ProductAsync();
        var old = await stripe.PriceAsync(product, ("lookup_key", "tea"));
        (await stripe.PostAsync($"/v1/products/{product}", ("default_price", old))).Ok();
        (await stripe.PostAsync($"/v1/prices/{old}", ("active", "false"))).Refused(400, "This price cannot be archived because it is the default price of its product.");
        var next = await stripe.PriceAsync(product, ("lookup_key", "tea"), ("transfer_lookup_key", "true"));
        Assert.True((bool)(await stripe.GetAsync($"/v1/prices/{old}"))["active"]!);
        (await stripe.PostAsync($"/v1/products/{product}", ("default_price", next))).Ok();
        Assert.False((bool)(await stripe.PostAsync($"/v1/prices/{old}", ("active", "false"))).Ok()["active"]!);
    }

    [Fact]
    public async Task TaxBehavior_OnceSpecified_StaysSo()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var price = await stripe.PriceAsync(await stripe.ProductAsync());
        (await stripe.PostAsync($"/v1/prices/{price}", ("tax_behavior", "inclusive"))).Ok();
        (await stripe.PostAsync($"/v1/prices/{price}", ("tax_behavior", "exclusive"))).Refused(400, "You cannot update `tax_behavior` field once it has been specified.", param: "tax_behavior");
    }

    [Fact]
    public async Task CurrencyOptions_MergeOnUpdateAndShowOnlyExpanded()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var price = await stripe.PriceAsync(await stripe.ProductAsync(), ("currency_options[eur][unit_amount]", "900"));
        Assert.False((await stripe.GetAsync($"/v1/prices/{price}")).Ok().ContainsKey("currency_options"));
        (await stripe.PostAsync($"/v1/prices/{price}", ("currency_options[gbp][unit_amount]", "800"))).Ok();
        (await stripe.PostAsync($"/v1/prices/{price}", ("currency_options[eur][unit_amount]", "901")))
            .Refused(400, "You are attempting to update an immutable field for an existing currency in currency_options.");
        var options = (await stripe.GetAsync($"/v1/prices/{price}?expand[]=currency_options")).Ok()["currency_options"]!.AsObject();
        Assert.Equal(["eur", "gbp", "usd"], options.Select(o => o.Key).Order());
        Assert.Equal(900, (int)options["eur"]!["unit_amount"]!);
        var listed = (await stripe.GetAsync("/v1/prices?expand[]=data.currency_options")).Ok()["data"]![0]!.AsObject();
        Assert.Equal(800, (int)listed["currency_options"]!["gbp"]!["unit_amount"]!);
    }

    [Fact]
    public async Task Tiers_ShowOnlyExpanded()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var price = (await stripe.PostAsync("/v1/prices", ("currency", "usd"), ("product_data[name]", "x"), ("billing_scheme", "tiered"), ("tiers_mode", "volume"),
            ("recurring[interval]", "month"), ("tiers[0][up_to]", "10"), ("tiers[0][unit_amount]", "100"), ("tiers[1][up_to]", "inf"), ("tiers[1][unit_amount_decimal]", "50.5"))).Ok();
        Assert.False(price.ContainsKey("tiers"));
        Assert.Null(price["unit_amount"]);
        var tiers = (await stripe.GetAsync($"/v1/prices/{price["id"]}?expand[]=tiers")).Ok()["tiers"]!.AsArray();
        Assert.Equal(10, (int)tiers[0]!["up_to"]!);
        Assert.Null(tiers[1]!["up_to"]);
        Assert.Equal("50.5", (string?)tiers[1]!["unit_amount_decimal"]);
    }

    [Fact]
    public async Task Expand_OfWhatCannotBe_IsRefusedBeforeAnythingIsWritten()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        (await stripe.PostAsync("/v1/products", ("name", "x"), ("expand[]", "nonsense"))).Refused(400, param: "expand");
        Assert.Empty(stripe.Simulator.Objects()["products"]);
        var price = await stripe.PriceAsync(await stripe.ProductAsync());
        var expanded = (await stripe.GetAsync($"/v1/prices/{price}?expand[]=product")).Ok()["product"] as JsonObject;
        Assert.Equal("Tea", (string?)expanded!["name"]);
    }
}
