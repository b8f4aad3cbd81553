using CdcStripeSync.Simulator.Tests.Http;

namespace CdcStripeSync.Simulator.Tests;

public sealed class ProductTests
{
    [Fact]
    public async Task Id_ChosenByTheCaller_IsKeptAndUnique()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        Assert.Equal("Tea_1-x", await stripe.CreateAsync("/v1/products", ("id", "Tea_1-x"), ("name", "Tea")));
        (await stripe.PostAsync("/v1/products", ("id", "Tea_1-x"), ("name", "Tea"))).Refused(400, "Product already exists.", "resource_already_exists", "id");
        (await stripe.PostAsync("/v1/products", ("id", "tea/1"), ("name", "Tea"))).Refused(400, param: "id");
    }

    [Theory]
    [InlineData("a<b")]
    [InlineData("it's")]
    [InlineData("12345")]
    [InlineData("01234567890123456789abc")]
    public async Task StatementDescriptor_OfWrongLetters_IsRefused(string descriptor)
    {
        await using var stripe = await RunningSimulator.StartAsync();
        (await stripe.PostAsync("/v1/products", ("name", "x"), ("statement_descriptor", descriptor))).Refused(400, param: "statement_descriptor");
    }

    [Theory]
    [InlineData("description", "hot", null)]
    [InlineData("images[0]", "https://x/y.png", "[]")]
    [InlineData("marketing_features[0][name]", "warm", "[]")]
    [InlineData("metadata[a]", "b", "{}")]
    [InlineData("tax_code", "txcd_99999999", null)]
    [InlineData("tax_details[tax_code]", "txcd_99999999", null)]
    [InlineData("unit_label", "cup", null)]
    [InlineData("url", "https://x.example", null)]
    public async Task Field_SetToNothingOnUpdate_IsUnset(string name, string value, string? empty)
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var id = await stripe.CreateAsync("/v1/products", ("name", "x"), (name, value));
        var field = name.Split('[')[0];
        Assert.Equal(empty, (await stripe.PostAsync($"/v1/products/{id}", (field, ""))).Ok()[field]?.ToJsonString());
    }

    [Theory]
    [InlineData("name")]
    [InlineData("statement_descriptor")]
    public async Task Field_ThatCannotBeUnset_IsRefused(string field)
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var id = await stripe.CreateAsync("/v1/products", ("name", "x"), ("statement_descriptor", "TEA"));
        (await stripe.PostAsync($"/v1/products/{id}", (field, ""))).Refused(400, code: "parameter_invalid_empty", param: field);
    }

    [Fact]
    public async Task Lists_BeyondTheirLimits_AreRefused()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        (await stripe.PostAsync("/v1/products", [("name", "x"), .. Enumerable.Range(0, 9).Select(i => ($"images[{i}]", "https://x"))])).Refused(400, param: "images");
        (await stripe.PostAsync("/v1/products", [("name", "x"), .. Enumerable.Range(0, 16).Select(i => ($"marketing_features[{i}][name]", "f"))])).Refused(400, param: "marketing_features");
    }

    [Fact]
    public async Task Delete_WithPricesEvenInactive_IsRefused()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var product = await stripe.ProductAsync();
        var price = await stripe.PriceAsync(product);
        (await stripe.PostAsync($"/v1/prices/{price}", ("active", "false"))).Ok();
        (await stripe.DeleteAsync($"/v1/products/{product}")).Refused(400, "This product cannot be deleted because it has one or more user-created prices.");
    }

    [Fact]
    public async Task DefaultPrice_IsAnActivePriceOfTheProductOrNone()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var (tea, cake) = (await stripe.ProductAsync(), await stripe.ProductAsync("Cake"));
        var (own, other, inactive) = (await stripe.PriceAsync(tea), await stripe.PriceAsync(cake), await stripe.PriceAsync(tea, ("active", "false")));
        (await stripe.PostAsync($"/v1/products/{tea}", ("default_price", other))).Refused(400, param: "default_price");
        (await stripe.PostAsync($"/v1/products/{tea}", ("default_price", inactive))).Refused(400, param: "default_price");
        (await stripe.PostAsync($"/v1/products/{tea}", ("default_price", "price_none"))).Refused(400, code: "resource_missing", param: "default_price");
        Assert.Equal(own, (string?)(await stripe.PostAsync($"/v1/products/{tea}", ("default_price", own))).Ok()["default_price"]);
        Assert.Null((await stripe.PostAsync($"/v1/products/{tea}", ("default_price", ""))).Ok()["default_price"]);
    }

    [Fact]
    // Nobody has verified what Stripe does here; a client must not depend on it.
    public async Task Update_ThatChangesNothing_EmitsNoEvent()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var product = await stripe.ProductAsync();
        (await stripe.PostAsync($"/v1/products/{product}", ("name", "Tea"))).Ok();
        Assert.Empty((await stripe.GetAsync("/v1/events?type=product.updated")).DataIds);
    }
}
