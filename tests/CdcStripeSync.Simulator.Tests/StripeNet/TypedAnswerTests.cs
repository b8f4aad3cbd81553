using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Stripe;

namespace CdcStripeSync.Simulator.Tests.StripeNet;

/// <summary>What the client's types cannot do without, the simulator's answers have: a number, a flag or a time that is missing reads as zero unnoticed.</summary>
public sealed class TypedAnswerTests
{
    [Theory]
    [InlineData(typeof(Product), "/v1/products", "name=x&package_dimensions[height]=1&package_dimensions[length]=1&package_dimensions[weight]=1&package_dimensions[width]=1&marketing_features[0][name]=y")]
    [InlineData(typeof(Price), "/v1/prices", "currency=usd&unit_amount=2000&product_data[name]=x&recurring[interval]=month&transform_quantity[divide_by]=2&transform_quantity[round]=down&expand[]=currency_options")]
    [InlineData(typeof(Price), "/v1/prices", "currency=usd&product_data[name]=x&custom_unit_amount[enabled]=true&custom_unit_amount[minimum]=5")]
    [InlineData(typeof(Price), "/v1/prices", "currency=usd&product_data[name]=x&billing_scheme=tiered&tiers_mode=volume&recurring[interval]=month&tiers[0][up_to]=inf&tiers[0][unit_amount]=1&expand[]=tiers")]
    [InlineData(typeof(Customer), "/v1/customers", "address[city]=x&invoice_settings[footer]=y&shipping[name]=z&shipping[address][line1]=w")]
    [InlineData(typeof(Coupon), "/v1/coupons", "amount_off=25&currency=usd&duration=repeating&duration_in_months=3&redeem_by=2000000000&expand[]=currency_options")]
    [InlineData(typeof(TaxRate), "/v1/tax_rates", "display_name=VAT&inclusive=false&percentage=19&country=DE&tax_type=vat")]
    [InlineData(typeof(Plan), "/v1/plans", "currency=usd&interval=month&amount=2000&product[name]=x")]
    [InlineData(typeof(WebhookEndpoint), "/v1/webhook_endpoints", "url=https://x.example&enabled_events[]=product.created")]
    [InlineData(typeof(Stripe.Billing.Meter), "/v1/billing/meters", "display_name=x&event_name=y&default_aggregation[formula]=sum")]
    [InlineData(typeof(Stripe.Entitlements.Feature), "/v1/entitlements/features", "name=x&lookup_key=y")]
    public async Task Answer_OfEachResource_HasWhatTheTypeNeeds(Type type, string path, string body)
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var answer = (await stripe.Raw.PostAsync(path, [.. body.Split('&').Select(p => p.Split('=', 2)).Select(p => (p[0], p[1]))])).Ok();
        Assert.Equal([], Missing(type, answer, type.Name));
    }

    [Fact]
    public async Task Answer_OfWhatHangsTogether_HasWhatTheTypeNeeds()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var coupon = await stripe.Raw.CreateAsync("/v1/coupons", ("percent_off", "10"));
        var code = await stripe.Raw.PostAsync("/v1/promotion_codes", ("promotion[type]", "coupon"), ("promotion[coupon]", coupon));
        Assert.Equal([], Missing(typeof(PromotionCode), code.Ok(), "PromotionCode"));
        var product = await stripe.Raw.ProductAsync();
        var feature = await stripe.Raw.CreateAsync("/v1/entitlements/features", ("name", "x"), ("lookup_key", "y"));
        Assert.Equal([], Missing(typeof(ProductFeature), (await stripe.Raw.PostAsync($"/v1/products/{product}/features", ("entitlement_feature", feature))).Ok(), "ProductFeature"));
        Assert.Equal([], Missing(typeof(Event), (await stripe.Raw.GetAsync("/v1/events?limit=1")).Ok()["data"]![0]!.AsObject(), "Event"));
        Assert.Equal([], Missing(typeof(StripeList<Product>), (await stripe.Raw.GetAsync("/v1/products")).Ok(), "StripeList"));
        Assert.Equal([], Missing(typeof(Account), (await stripe.Raw.GetAsync("/v1/account")).Ok(), "Account"));
    }

    /// <summary>Members of the type that can hold no null and that the answer lacks, those of nested objects too.</summary>
    private static IEnumerable<string> Missing(Type type, JsonObject answer, string path)
    {
        foreach (var property in type.GetProperties())
        {
            if (property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name is not { } name) continue;
            if (property.PropertyType.IsValueType && Nullable.GetUnderlyingType(property.PropertyType) is null && answer[name] is null) yield return $"{path}.{name}";
            foreach (var nested in Nested(property.PropertyType, answer[name]).SelectMany(n => Missing(n.Type, n.Json, $"{path}.{name}"))) yield return nested;
        }
    }

    private static IEnumerable<(Type Type, JsonObject Json)> Nested(Type type, JsonNode? json) => (json, type.IsGenericType ? type.GetGenericArguments()[^1] : type) switch
    {
        (JsonArray items, var item) => items.OfType<JsonObject>().Select(i => (item, i)),
        (JsonObject map, var value) when type.IsGenericType => map.Select(m => m.Value).OfType<JsonObject>().Select(m => (value, m)),
        (JsonObject one, var itself) => [(itself, one)],
        _ => [],
    };
}
