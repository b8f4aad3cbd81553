using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.Tests.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Planning;

/// <summary>An object that stands in Stripe already becomes the row's: Stripe shows more of it than a row says.</summary>
public sealed class AdoptedTests
{
    [Theory]
    [InlineData(
        "billing_scheme: tiered, tiers_mode: graduated, tiers: { column: j }",
        """[{"up_to":10,"unit_amount":500},{"up_to":"inf","unit_amount":400}]""",
        """{"billing_scheme":"tiered","tiers_mode":"graduated","tiers":[{"up_to":10,"unit_amount":500,"unit_amount_decimal":"500","flat_amount":null,"flat_amount_decimal":null},{"up_to":null,"unit_amount":400,"unit_amount_decimal":"400"}]}""")]
    [InlineData("billing_scheme: { column: a }, unit_amount: 500, recurring: { column: j }", """{"interval":"month"}""", """{"unit_amount":500,"billing_scheme":"per_unit","recurring":{"interval":"month","interval_count":1,"usage_type":"licensed","meter":null}}""")]
    [InlineData(
        "unit_amount: 500, currency_options: { column: j }", """{"eur":{"unit_amount":450}}""",
        """{"unit_amount":500,"currency_options":{"usd":{"unit_amount":500},"eur":{"unit_amount":450,"unit_amount_decimal":"450","tax_behavior":"unspecified","custom_unit_amount":null}}}""")]
    [InlineData("unit_amount: 500, recurring.interval: month, recurring.interval_count: { column: a }, recurring.usage_type: { column: a }", null, """{"unit_amount":500,"recurring":{"interval":"month","interval_count":1,"usage_type":"licensed"}}""")]
    [InlineData("custom_unit_amount.enabled: { constant: true }, custom_unit_amount.minimum: 100", null, """{"unit_amount":null,"custom_unit_amount":{"minimum":100,"maximum":null,"preset":null}}""")]
    [InlineData("custom_unit_amount: { column: j }", """{"enabled":true,"minimum":100}""", """{"unit_amount":null,"custom_unit_amount":{"minimum":100,"maximum":null,"preset":null}}""")]
    [InlineData("unit_amount: 500, tax_behavior: { column: a }", null, """{"unit_amount":500,"tax_behavior":"unspecified"}""")]
    [InlineData("unit_amount: 500, nickname: { column: a }", null, """{"unit_amount":500,"nickname":"gold"}""")]
    public void Adopted_PriceIsAsTheRowSays_CostsNoRequest(string fields, string? json, string shown)
    {
        var (run, stripe) = PriceOf(fields, json, shown);
        run.Adopt("price_theirs").ToEnd();
        Assert.Empty(stripe.Requests);
    }

    [Theory]
    [InlineData("unit_amount: 500, recurring: { column: j }", """{"interval":"year"}""", """{"unit_amount":500,"recurring":{"interval":"month","interval_count":1}}""")]
    [InlineData("unit_amount: 500, recurring: { column: j }", null, """{"unit_amount":500,"recurring":{"interval":"month","interval_count":1}}""")]
    [InlineData("unit_amount: 500, recurring.interval: month, recurring.interval_count: { column: a }", null, """{"unit_amount":500,"recurring":{"interval":"month","interval_count":3}}""")]
    [InlineData("billing_scheme: tiered, tiers_mode: graduated, tiers: { column: j }", """[{"up_to":"inf","unit_amount":400}]""", """{"billing_scheme":"tiered","tiers_mode":"graduated","tiers":[{"up_to":null,"unit_amount":401,"unit_amount_decimal":"401"}]}""")]
    public void Adopted_PriceIsAnother_IsReplaced(string fields, string? json, string shown)
    {
        var (run, _) = PriceOf(fields, json, shown);
        Assert.Equal([StepKind.CreateSuccessor, StepKind.ArchivePredecessor], run.After(() => run.Adopt("price_theirs")));
    }

    [Fact]
    public void Adopted_MemberIsTakenBackLater_IsASuccession()
    {
        var (run, _) = PriceOf("unit_amount: 500, recurring: { column: j }", """{"interval":"month","interval_count":2}""", """{"unit_amount":500,"recurring":{"interval":"month","interval_count":2}}""");
        run.Adopt("price_theirs").ToEnd();
        Assert.Equal([StepKind.CreateSuccessor, StepKind.ArchivePredecessor], run.After(() => run.Row(RowOf("""{"interval":"month"}"""))));
    }

    [Fact]
    public void Adopted_PromotionCode_KnowsItsCoupon()
    {
        var map = Maps.Of("""
          coupon:
            from: public.coupons
            key: [id]
            fields: { percent_off: 10, duration: once }
          promotion_code:
            from: public.codes
            key: [id]
            parent: { coupon: coupon_id }
            fields: { code: { column: code } }
        """).Resources[1];
        var stripe = new TinyStripe();
        stripe.Put("promo_theirs", """{"active":true,"code":"HELLO","promotion":{"coupon":"half","type":"coupon"},"metadata":{"cdc_key":"public.promotion_codes/1"}}""");
        var run = new PlanRun(map, stripe) { Parent = new ParentStatus.Linked("half") }.Row(("id", ColumnValue.Of(1)), ("coupon_id", ColumnValue.Of(1)), ("code", ColumnValue.Null));
        run.Adopt("promo_theirs").ToEnd();
        Assert.Empty(stripe.Requests);
        run.Parent = new ParentStatus.Linked("third");
        Assert.Equal([StepKind.Archive, StepKind.CreateSuccessor], run.After(() => { }));
        Assert.Equal("HELLO", run.Shown.Text("code"));
    }

    private static (PlanRun Run, TinyStripe Stripe) PriceOf(string fields, string? json, string shown)
    {
        var map = Maps.Of(Maps.Product, $$"""
          price:
            from: public.prices
            key: [id]
            parent: { product: product_id }
            fields: { currency: usd, {{fields}} }
        """).Resources[1];
        var stripe = new TinyStripe();
        stripe.Product("prod_a");
        stripe.Put("price_theirs", shown[..^1] + ""","object":"price","product":"prod_a","currency":"usd","active":true,"metadata":{"cdc_key":"public.prices/1"}}""");
        return (new PlanRun(map, stripe).Row(RowOf(json)), stripe);
    }

    private static Row RowOf(string? json) => Row.Of(
        ("id", ColumnValue.Of(1)), ("product_id", ColumnValue.Of(1)), ("a", ColumnValue.Null), ("j", json is null ? ColumnValue.Null : ColumnValue.Json(json)));
}
