using System.Net;
using Stripe;

namespace CdcStripeSync.Simulator.Tests.StripeNet;

public sealed class TypedOtherResourceTests
{
    [Fact]
    public async Task Customer_CreatedUpdatedDeleted_ReadsBackTyped()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var customer = await stripe.V1.Customers.CreateAsync(new CustomerCreateOptions
        {
            Email = "a@b.example",
            Address = new AddressOptions { City = "Bern", Country = "CH" },
            Shipping = new ShippingOptions { Name = "A", Address = new AddressOptions { Line1 = "Gasse 1" } },
            PreferredLocales = ["de", "fr"],
        });
        Assert.Equal(("Bern", "Gasse 1"), (customer.Address.City, customer.Shipping.Address.Line1));
        var updated = await stripe.V1.Customers.UpdateAsync(customer.Id, new CustomerUpdateOptions { Phone = "+41 31", Address = new AddressOptions { City = "Basel" } });
        Assert.Equal(("+41 31", "Basel", false), (updated.Phone, updated.Address.City, updated.Delinquent));
        Assert.Equal(["de", "fr"], updated.PreferredLocales);
        Assert.Equal(customer.Id, Assert.Single(await stripe.V1.Customers.ListAsync(new CustomerListOptions { Email = "a@b.example" })).Id);
        Assert.True((await stripe.V1.Customers.DeleteAsync(customer.Id)).Deleted);
        Assert.True((await stripe.V1.Customers.GetAsync(customer.Id)).Deleted);
        await StripeNetAccount.RefusedAsync(() => stripe.V1.Customers.CreateAsync(new CustomerCreateOptions { Email = "nobody" }), HttpStatusCode.BadRequest, "email_invalid", "email");
    }

    [Fact]
    public async Task Coupon_WithItsPromotionCode_ReadsBackTyped()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var redeemBy = new DateTime(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        var coupon = await stripe.V1.Coupons.CreateAsync(new CouponCreateOptions { Id = "FALL", PercentOff = 12.5m, Duration = "repeating", DurationInMonths = 3, RedeemBy = redeemBy });
        Assert.Equal((12.5m, 3L, redeemBy, true), (coupon.PercentOff, coupon.DurationInMonths, coupon.RedeemBy, coupon.Valid));
        var code = await stripe.V1.PromotionCodes.CreateAsync(new PromotionCodeCreateOptions
        {
            Code = "TEA",
            Promotion = new PromotionCodePromotionOptions { Type = "coupon", Coupon = coupon.Id },
            Restrictions = new PromotionCodeRestrictionsOptions { MinimumAmount = 500, MinimumAmountCurrency = "chf" },
            Expand = ["promotion.coupon"],
        });
        Assert.Equal((12.5m, 500L), (code.Promotion.Coupon.PercentOff, code.Restrictions.MinimumAmount));
        Assert.Equal(code.Id, Assert.Single(await stripe.V1.PromotionCodes.ListAsync(new PromotionCodeListOptions { Coupon = coupon.Id, Active = true })).Id);
        Assert.False((await stripe.V1.PromotionCodes.UpdateAsync(code.Id, new PromotionCodeUpdateOptions { Active = false })).Active);
        await StripeNetAccount.RefusedAsync(
            () => stripe.V1.Coupons.CreateAsync(new CouponCreateOptions { Id = "FALL", PercentOff = 1 }), HttpStatusCode.BadRequest, "resource_already_exists");
        Assert.True((await stripe.V1.Coupons.DeleteAsync("FALL")).Deleted);
    }

    [Fact]
    public async Task TaxRateMeterAndFeature_ReadBackTyped()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var rate = await stripe.V1.TaxRates.CreateAsync(new TaxRateCreateOptions { DisplayName = "MWST", Percentage = 8.1m, Inclusive = true, Country = "CH" });
        Assert.Equal((8.1m, true, true), (rate.Percentage, rate.Inclusive, rate.Active));
        var meter = await stripe.V1.Billing.Meters.CreateAsync(new Stripe.Billing.MeterCreateOptions
        {
            DisplayName = "Cups",
            EventName = "cup",
            DefaultAggregation = new Stripe.Billing.MeterDefaultAggregationOptions { Formula = "sum" },
        });
        Assert.Equal("inactive", (await stripe.V1.Billing.Meters.DeactivateAsync(meter.Id)).Status);
        var feature = await stripe.V1.Entitlements.Features.CreateAsync(new Stripe.Entitlements.FeatureCreateOptions { Name = "Refill", LookupKey = "refill" });
        var product = await stripe.ProductAsync();
        var attached = await stripe.V1.Products.Features.CreateAsync(product.Id, new ProductFeatureCreateOptions { EntitlementFeature = feature.Id });
        Assert.Equal("refill", attached.EntitlementFeature.LookupKey);
        Assert.True((await stripe.V1.Products.Features.DeleteAsync(product.Id, attached.Id)).Deleted);
    }
}
