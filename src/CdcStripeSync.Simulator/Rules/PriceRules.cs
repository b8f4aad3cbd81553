using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>Prices: an amount never changes, a lookup key has one holder, a default price is not archived, none is deleted.</summary>
internal sealed class PriceRules() : ResourceRules("prices", "/v1/prices", "price", "price")
{
    /// <summary>The price of a product's <c>default_price_data</c>; not added yet.</summary>
    public static JsonObject ForProduct(Execution execution, JsonObject data, string product) => Make(execution, data, product, "default_price_data");

    protected override JsonObject Build(Execution execution, JsonObject parameters)
    {
        var product = (string?)parameters["product"];
        var data = parameters["product_data"] as JsonObject;
        if (product is not null && data is not null)
            throw StripeErrorException.Invalid("parameters_exclusive", "You may only specify one of these parameters: product, product_data.", "product");
        if (product is null && data is null)
            throw StripeErrorException.Invalid("parameter_missing", "Missing required param: product.", "product");
        if (product is not null && execution.State["products"].Find(product) is null)
            throw StripeErrorException.Missing(400, "product", product, "product");

        var created = data is null ? null : ProductRules.Make(execution, data, "product_data");
        var price = Make(execution, parameters, product ?? (string)created!["id"]!, "");
        LookupKeys.Claim(execution, price, parameters);
        if (created is not null) execution.Add(execution.State["products"], created);
        return price;
    }

    protected override void Change(Execution execution, JsonObject next, JsonObject parameters)
    {
        if (parameters["active"] is { } active && !(bool)active && (bool)next["active"]!
            && execution.State["products"].Find((string)next["product"]!)?.Json["default_price"] is { } defaultPrice
            && (string)defaultPrice! == (string)next["id"]!)
            throw StripeErrorException.Invalid(null, "This price cannot be archived because it is the default price of its product.", "active");

        if (Value<string>(parameters, "tax_behavior") is { } behavior)
        {
            if ((string)next["tax_behavior"]! is not "unspecified" and var set && set != behavior)
                throw StripeErrorException.Invalid(null, "You cannot update `tax_behavior` field once it has been specified.", "tax_behavior");
            next["currency_options"]![(string)next["currency"]!]!["tax_behavior"] = behavior;
        }

        if (parameters.ContainsKey("currency_options"))
            next["currency_options"] = CurrencyOptions.Merge(next, parameters["currency_options"] as JsonObject);
        var rest = parameters.DeepClone().AsObject();
        foreach (var special in (ReadOnlySpan<string>)["currency_options", "lookup_key", "transfer_lookup_key"]) rest.Remove(special);
        Copy(rest, next);
        LookupKeys.Claim(execution, next, parameters);
    }

    private static JsonObject Make(Execution execution, JsonObject parameters, string product, string path)
    {
        var prefix = path.Length == 0 ? "" : path + ".";
        var currency = Currencies.Read((string)parameters["currency"]!, prefix + "currency");
        var custom = parameters["custom_unit_amount"] as JsonObject;
        var tiered = (string?)parameters["billing_scheme"] == "tiered";
        var amount = Currencies.Amount(parameters, "unit_amount", currency, prefix);
        var recurring = Recurring(parameters["recurring"] as JsonObject);
        PriceShape.Check(parameters, tiered, amount, custom);
        var price = new JsonObject
        {
            ["id"] = execution.Ids.Next("price_1", 23),
            ["object"] = "price",
            ["active"] = Value<bool?>(parameters, "active") ?? true,
            ["billing_scheme"] = tiered ? "tiered" : "per_unit",
            ["created"] = execution.Now,
            ["currency"] = currency,
            ["custom_unit_amount"] = CurrencyOptions.Custom(custom),
            ["livemode"] = execution.State.LiveMode,
            ["lookup_key"] = null,
            ["metadata"] = Metadata.Merge(null, parameters["metadata"] as JsonObject ?? []),
            ["nickname"] = parameters["nickname"]?.DeepClone(),
            ["product"] = product,
            ["recurring"] = recurring,
            ["tax_behavior"] = (string?)parameters["tax_behavior"] ?? "unspecified",
            ["tiers_mode"] = parameters["tiers_mode"]?.DeepClone(),
            ["transform_quantity"] = parameters["transform_quantity"]?.DeepClone(),
            ["type"] = recurring is null ? "one_time" : "recurring",
        };
        Currencies.Put(price, "unit_amount", amount);
        if (tiered) price["tiers"] = PriceTiers.Read(parameters["tiers"] as JsonArray, currency);
        price["currency_options"] = CurrencyOptions.Create(price, parameters["currency_options"] as JsonObject);
        return price;
    }

    private static JsonObject? Recurring(JsonObject? sent) => sent is null ? null : new JsonObject
    {
        ["interval"] = sent["interval"]!.DeepClone(),
        ["interval_count"] = sent["interval_count"]?.DeepClone() ?? 1,
        ["meter"] = sent["meter"]?.DeepClone(),
        ["trial_period_days"] = null,
        ["usage_type"] = sent["usage_type"]?.DeepClone() ?? "licensed",
    };
}
