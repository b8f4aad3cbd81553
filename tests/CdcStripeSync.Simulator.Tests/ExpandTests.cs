using CdcStripeSync.Simulator.Tests.Http;

namespace CdcStripeSync.Simulator.Tests;

public sealed class ExpandTests
{
    [Theory]
    [InlineData("default_price.nonsense")]
    [InlineData("default_price.product.nonsense")]
    [InlineData("tax_code.nonsense")]
    public async Task Create_WithAnExpandInsideAReferenceThatCannotBe_CreatesNothing(string expand)
    {
        await using var stripe = await RunningSimulator.StartAsync();
        (await stripe.PostAsync("/v1/products", ("name", "x"), ("default_price_data[currency]", "eur"), ("default_price_data[unit_amount]", "500"), ("expand[]", expand))).Refused(400, param: "expand");
        Assert.Empty((await stripe.GetAsync("/v1/products")).DataIds);
        Assert.Empty((await stripe.GetAsync("/v1/prices")).DataIds);
    }

    [Theory]
    [InlineData("default_price.product")]
    [InlineData("default_price.currency_options")]
    public async Task Create_WithAnExpandInsideAReference_ShowsIt(string expand)
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var product = (await stripe.PostAsync("/v1/products", ("name", "x"), ("default_price_data[currency]", "eur"), ("default_price_data[unit_amount]", "500"), ("expand[]", expand))).Ok();
        Assert.IsType<System.Text.Json.Nodes.JsonObject>(product["default_price"]![expand.Split('.')[1]]);
    }

    [Fact]
    public async Task Read_WithAnExpandInsideAReferenceThatNamesNothing_IsRefusedAllTheSame()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var product = await stripe.ProductAsync();
        (await stripe.GetAsync($"/v1/products/{product}?expand[]=default_price.nonsense")).Refused(400, param: "expand");
    }
}
