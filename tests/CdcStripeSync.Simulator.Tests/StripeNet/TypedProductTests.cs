using System.Net;
using Stripe;

namespace CdcStripeSync.Simulator.Tests.StripeNet;

public sealed class TypedProductTests
{
    [Fact]
    public async Task Product_CreatedUpdatedArchived_ReadsBackTyped()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var created = await stripe.V1.Products.CreateAsync(new ProductCreateOptions
        {
            Id = "tea_1",
            Name = "Tea & cake",
            Images = ["https://a.example/b.png"],
            MarketingFeatures = [new ProductMarketingFeatureOptions { Name = "Hot" }],
            PackageDimensions = new ProductPackageDimensionsOptions { Height = 1.5m, Length = 2, Weight = 3, Width = 4 },
            Shippable = true,
            TaxCode = "txcd_99999999",
        });
        Assert.Equal(stripe.Raw.Clock.GetUtcNow().UtcDateTime, created.Created);
        Assert.Equal(1.5m, created.PackageDimensions.Height);
        Assert.Equal("txcd_99999999", created.TaxCodeId);
        await stripe.V1.Products.UpdateAsync(created.Id, new ProductUpdateOptions { Description = "Warm", Active = false });
        var read = await stripe.V1.Products.GetAsync("tea_1");
        Assert.Equal(("Tea & cake", "Warm", false, true), (read.Name, read.Description, read.Active, read.Shippable));
        Assert.Equal(["https://a.example/b.png"], read.Images);
        Assert.Equal("Hot", Assert.Single(read.MarketingFeatures).Name);
    }

    [Fact]
    public async Task Fields_SentEmpty_AreUnset()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var product = await stripe.V1.Products.CreateAsync(new ProductCreateOptions { Name = "Tea", Description = "Warm", UnitLabel = "cup", Url = "https://a.example" });
        var updated = await stripe.V1.Products.UpdateAsync(product.Id, new ProductUpdateOptions { Description = "", UnitLabel = "", Url = "" });
        Assert.Equal((null, null, null), (updated.Description, updated.UnitLabel, updated.Url));
    }

    [Fact]
    public async Task Metadata_Updated_IsMergedByKey()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var product = await stripe.V1.Products.CreateAsync(new ProductCreateOptions { Name = "Tea", Metadata = new() { ["row"] = "1", ["shop"] = "Bern", ["kept"] = "[é] & =" } });
        var updated = await stripe.V1.Products.UpdateAsync(product.Id, new ProductUpdateOptions { Metadata = new() { ["row"] = "", ["shop"] = "Basel", ["new"] = "2" } });
        Assert.Equal(new Dictionary<string, string> { ["shop"] = "Basel", ["kept"] = "[é] & =", ["new"] = "2" }, updated.Metadata);
    }

    [Fact]
    public async Task Product_Deleted_SaysSoAndIsGone()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var product = await stripe.ProductAsync();
        Assert.True((await stripe.V1.Products.DeleteAsync(product.Id)).Deleted);
        await StripeNetAccount.RefusedAsync(() => stripe.V1.Products.GetAsync(product.Id), HttpStatusCode.NotFound, "resource_missing", "id");
    }

    [Fact]
    public async Task Product_WithPrices_IsNotDeleted()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var product = await stripe.ProductAsync();
        await stripe.PriceAsync(product.Id, 500);
        await StripeNetAccount.RefusedAsync(() => stripe.V1.Products.DeleteAsync(product.Id), HttpStatusCode.BadRequest, param: "id");
    }

    [Fact]
    public async Task DefaultPrice_Expanded_IsTheWholePrice()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var product = await stripe.V1.Products.CreateAsync(new ProductCreateOptions
        {
            Name = "Tea",
            DefaultPriceData = new ProductDefaultPriceDataOptions { Currency = "eur", UnitAmountDecimal = 12.5m },
            Expand = ["default_price"],
        });
        Assert.Equal((12.5m, null, product.Id), (product.DefaultPrice.UnitAmountDecimal, product.DefaultPrice.UnitAmount, product.DefaultPrice.ProductId));
        var bare = await stripe.V1.Products.GetAsync(product.Id);
        Assert.Null(bare.DefaultPrice);
        Assert.Equal(product.DefaultPriceId, bare.DefaultPriceId);
    }
}
