using System.Text.Json;
using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Tests.Http;

namespace CdcStripeSync.Simulator.Tests;

/// <summary>Answers have the members of Stripe's own example objects, of the same kinds.</summary>
public sealed class ShapeTests
{
    private static readonly JsonObject Examples = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "objects.json")))!.AsObject();

    [Theory]
    [InlineData("product", "/v1/products", "name=x&package_dimensions[height]=1&package_dimensions[length]=1&package_dimensions[weight]=1&package_dimensions[width]=1")]
    [InlineData("price", "/v1/prices", "currency=usd&unit_amount=2000&product_data[name]=x&recurring[interval]=month&transform_quantity[divide_by]=2&transform_quantity[round]=down")]
    [InlineData("customer", "/v1/customers", "address[city]=x&invoice_settings[footer]=y")]
    [InlineData("coupon", "/v1/coupons", "percent_off=25.5&duration=repeating&duration_in_months=3&name=x&redeem_by=2000000000")]
    [InlineData("tax_rate", "/v1/tax_rates", "display_name=VAT&inclusive=false&percentage=19&country=DE&description=x&jurisdiction=DE&tax_type=vat")]
    [InlineData("billing.meter", "/v1/billing/meters", "display_name=x&event_name=y&default_aggregation[formula]=sum")]
    [InlineData("entitlements.feature", "/v1/entitlements/features", "name=x&lookup_key=y")]
    [InlineData("webhook_endpoint", "/v1/webhook_endpoints", "url=https://x.example&enabled_events[]=product.created&description=x")]
    [InlineData("plan", "/v1/plans", "currency=usd&interval=month&amount=2000&product[name]=x")]
    public async Task Object_Created_HasTheShapeOfStripesExample(string kind, string path, string body)
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var created = (await stripe.PostAsync(path, [.. body.Split('&').Select(p => p.Split('=', 2)).Select(p => (p[0], p[1]))])).Ok();
        created.Remove("secret");
        AssertShape(Examples[kind]!.AsObject(), created, kind);
    }

    [Fact]
    public async Task PromotionCodeFeatureAndTaxCode_HaveTheShapeOfStripesExamples()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var coupon = await stripe.CreateAsync("/v1/coupons", ("percent_off", "10"));
        AssertShape(Examples["promotion_code"]!.AsObject(), (await stripe.PostAsync("/v1/promotion_codes", ("promotion[type]", "coupon"), ("promotion[coupon]", coupon))).Ok(), "promotion_code");
        var feature = await stripe.CreateAsync("/v1/entitlements/features", ("name", "x"), ("lookup_key", "y"));
        var product = await stripe.ProductAsync();
        AssertShape(Examples["product_feature"]!.AsObject(), (await stripe.PostAsync($"/v1/products/{product}/features", ("entitlement_feature", feature))).Ok(), "product_feature");
        AssertShape(Examples["tax_code"]!.AsObject(), (await stripe.GetAsync("/v1/tax_codes/txcd_99999999")).Ok(), "tax_code");
        AssertShape(Examples["event"]!.AsObject(), (await stripe.GetAsync("/v1/events?limit=1")).Ok()["data"]![0]!.AsObject(), "event");
    }

    [Theory]
    [InlineData("deleted_product", "/v1/products", "name")]
    [InlineData("deleted_customer", "/v1/customers", "name")]
    [InlineData("deleted_coupon", "/v1/coupons", "percent_off")]
    public async Task Object_Deleted_AnswersOnlyThat(string kind, string path, string field)
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var id = await stripe.CreateAsync(path, (field, "10"));
        AssertShape(Examples[kind]!.AsObject(), (await stripe.DeleteAsync($"{path}/{id}")).Ok(), kind);
    }

    private static void AssertShape(JsonObject example, JsonObject actual, string path)
    {
        Assert.Equal(example.Select(m => m.Key).Order(), actual.Select(m => m.Key).Order());
        foreach (var (name, expected) in example)
        {
            if (expected is null || actual[name] is not { } found || name == "metadata" || path.EndsWith("data.object", StringComparison.Ordinal)) continue;
            Assert.True(Kind(expected) == Kind(found), $"{path}.{name}: expected {expected.ToJsonString()}, got {found.ToJsonString()}");
            if (expected is JsonObject nested && nested.Count > 0 && !(path == "event" && name == "data")) AssertShape(nested, found.AsObject(), $"{path}.{name}");
        }
    }

    private static JsonValueKind Kind(JsonNode node) => node.GetValueKind() is JsonValueKind.False ? JsonValueKind.True : node.GetValueKind();
}
