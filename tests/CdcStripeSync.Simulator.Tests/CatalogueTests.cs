using CdcStripeSync.Simulator.Tests.Http;

namespace CdcStripeSync.Simulator.Tests;

public sealed class CatalogueTests
{
    [Fact]
    public async Task Product_CreatedUpdatedReadDeleted_KeepsWhatWasSent()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var created = (await stripe.PostAsync("/v1/products", ("name", "Tea & cake"), ("metadata[sku]", "t-1"), ("images[0]", "https://a/b.png"))).Ok();
        var id = (string)created["id"]!;
        Assert.StartsWith("prod_", id, StringComparison.Ordinal);
        var updated = (await stripe.PostAsync($"/v1/products/{id}", ("description", "Hot"), ("metadata[lang]", "en"), ("active", "false"))).Ok();
        Assert.Equal("t-1", (string?)updated["metadata"]!["sku"]);
        Assert.Equal("en", (string?)updated["metadata"]!["lang"]);
        var read = (await stripe.GetAsync($"/v1/products/{id}")).Ok();
        Assert.Equal("Hot", (string?)read["description"]);
        Assert.False((bool)read["active"]!);
        Assert.True((bool)(await stripe.DeleteAsync($"/v1/products/{id}"))["deleted"]!);
        (await stripe.GetAsync($"/v1/products/{id}")).Refused(404, $"No such product: '{id}'", "resource_missing", "id", "invalid_request_error");
    }

    [Fact]
    public async Task Price_CreatedAndArchived_AnswersItsAmounts()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var product = await stripe.ProductAsync();
        var price = await stripe.PriceAsync(product, ("recurring[interval]", "month"), ("nickname", "monthly"));
        var updated = (await stripe.PostAsync($"/v1/prices/{price}", ("active", "false"), ("metadata[a]", "b"))).Ok();
        Assert.StartsWith("price_1", price, StringComparison.Ordinal);
        Assert.Equal(1000, (int)updated["unit_amount"]!);
        Assert.Equal("1000", (string?)updated["unit_amount_decimal"]);
        Assert.Equal("recurring", (string?)updated["type"]);
        Assert.False((bool)updated["active"]!);
    }

    [Fact]
    public async Task Customer_CreatedTwiceWithOneEmail_GivesTwo()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var first = await stripe.CreateAsync("/v1/customers", ("email", "a@b.example"), ("address[city]", "Bern"));
        var second = await stripe.CreateAsync("/v1/customers", ("email", "a@b.example"));
        Assert.Equal([second, first], (await stripe.GetAsync("/v1/customers?email=a@b.example")).DataIds);
        Assert.Equal("Bern", (string?)(await stripe.GetAsync($"/v1/customers/{first}"))["address"]!["city"]);
    }

    [Fact]
    public async Task DefaultPriceData_OnCreate_MakesBoth()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var product = (await stripe.PostAsync("/v1/products", ("name", "Tea"), ("default_price_data[currency]", "eur"), ("default_price_data[unit_amount]", "500"), ("expand[]", "default_price"))).Ok();
        Assert.Equal(500, (int)product["default_price"]!["unit_amount"]!);
        Assert.Equal((string?)product["id"], (string?)product["default_price"]!["product"]);
    }

    [Fact]
    public async Task Account_Read_NamesTheAccount()
    {
        await using var stripe = await RunningSimulator.StartAsync(new SimulatorOptions { AccountId = "acct_42" });
        Assert.Equal("acct_42", (string?)(await stripe.GetAsync("/v1/account")).Ok()["id"]);
    }

    [Fact]
    public async Task List_PagedByCursor_IsNewestFirstAndComplete()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 25; i++) ids.Add(await stripe.ProductAsync($"p{i}"));
        ids.Reverse();
        var first = await stripe.GetAsync("/v1/products");
        Assert.Equal(ids[..10], first.DataIds);
        Assert.True((bool)first["has_more"]!);
        var last = await stripe.GetAsync($"/v1/products?limit=100&starting_after={ids[19]}");
        Assert.Equal(ids[20..], last.DataIds);
        Assert.False((bool)last["has_more"]!);
        Assert.Equal(ids[10..20], (await stripe.GetAsync($"/v1/products?ending_before={ids[20]}")).DataIds);
    }
}
