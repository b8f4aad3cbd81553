using System.Net;
using Stripe;

namespace CdcStripeSync.Simulator.Tests.StripeNet;

public sealed class TypedPriceTests
{
    [Fact]
    public async Task Succession_InTheSafeOrder_LeavesOnePriceToSell()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var product = await stripe.ProductAsync();
        var old = await stripe.PriceAsync(product.Id, 1000, "tea");
        await stripe.V1.Products.UpdateAsync(product.Id, new ProductUpdateOptions { DefaultPrice = old.Id });
        await StripeNetAccount.RefusedAsync(() => stripe.PriceAsync(product.Id, 1200, "tea"), HttpStatusCode.BadRequest, param: "lookup_key");
        await StripeNetAccount.RefusedAsync(() => ArchiveAsync(stripe, old), HttpStatusCode.BadRequest, param: "active");
        var next = await stripe.PriceAsync(product.Id, 1200, "tea", transfer: true);
        Assert.Null((await stripe.V1.Prices.GetAsync(old.Id)).LookupKey);
        Assert.Equal(next.Id, (await stripe.V1.Products.UpdateAsync(product.Id, new ProductUpdateOptions { DefaultPrice = next.Id })).DefaultPriceId);
        Assert.False((await ArchiveAsync(stripe, old)).Active);
        var sold = await stripe.V1.Prices.ListAsync(new PriceListOptions { Product = product.Id, Active = true });
        Assert.Equal([(next.Id, "tea", 1200L)], sold.Select(p => (p.Id, p.LookupKey, p.UnitAmount!.Value)));
    }

    [Fact]
    public async Task LookupKeys_Listed_FindTheirHolderWithItsProduct()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var product = await stripe.ProductAsync();
        var price = await stripe.PriceAsync(product.Id, 1000, "tea");
        var found = await stripe.V1.Prices.ListAsync(new PriceListOptions { LookupKeys = ["tea", "none"], Expand = ["data.product"] });
        Assert.Equal((price.Id, "Tea"), (Assert.Single(found).Id, found.Data[0].Product.Name));
    }

    [Fact]
    public async Task CurrencyOptionsAndTiers_Expanded_ReadTyped()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var product = await stripe.ProductAsync();
        var price = await stripe.V1.Prices.CreateAsync(new PriceCreateOptions
        {
            Product = product.Id,
            Currency = "usd",
            BillingScheme = "tiered",
            TiersMode = "graduated",
            Recurring = new PriceRecurringOptions { Interval = "month", IntervalCount = 3 },
            Tiers = [new PriceTierOptions { UpTo = 10, UnitAmount = 100 }, new PriceTierOptions { UpTo = PriceTierUpTo.Inf, UnitAmountDecimal = 50.5m, FlatAmount = 7 }],
            Expand = ["tiers", "currency_options"],
        });
        Assert.Equal([(10L, 100m, null), (null, 50.5m, 7L)], price.Tiers.Select(t => (t.UpTo, t.UnitAmountDecimal!.Value, t.FlatAmount)));
        Assert.Equal(("month", 3L, "licensed"), (price.Recurring.Interval, price.Recurring.IntervalCount, price.Recurring.UsageType));
        Assert.Equal(["usd"], price.CurrencyOptions.Keys);
        Assert.Null((await stripe.V1.Prices.GetAsync(price.Id)).Tiers);
    }

    [Fact]
    public async Task Amounts_OfAFractionOfACent_KeepTheirDigits()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var product = await stripe.ProductAsync();
        var price = await stripe.V1.Prices.CreateAsync(new PriceCreateOptions
        {
            Product = product.Id,
            Currency = "usd",
            UnitAmountDecimal = 0.000000000001m,
            CurrencyOptions = new() { ["jpy"] = new PriceCurrencyOptionsOptions { UnitAmountDecimal = 33.5m, TaxBehavior = "inclusive" } },
            Expand = ["currency_options"],
        });
        Assert.Equal((null, 0.000000000001m), (price.UnitAmount, price.UnitAmountDecimal));
        Assert.Equal((33.5m, "inclusive"), (price.CurrencyOptions["jpy"].UnitAmountDecimal, price.CurrencyOptions["jpy"].TaxBehavior));
    }

    private static Task<Price> ArchiveAsync(StripeNetAccount stripe, Price price) => stripe.V1.Prices.UpdateAsync(price.Id, new PriceUpdateOptions { Active = false });
}
