using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>A price's amounts in further currencies; its own currency is always among them.</summary>
internal static class CurrencyOptions
{
    public static JsonObject Create(JsonObject price, JsonObject? sent)
    {
        var own = new JsonObject
        {
            ["custom_unit_amount"] = price["custom_unit_amount"]?.DeepClone(),
            ["tax_behavior"] = price["tax_behavior"]!.DeepClone(),
            ["unit_amount"] = price["unit_amount"]?.DeepClone(),
            ["unit_amount_decimal"] = price["unit_amount_decimal"]?.DeepClone(),
        };
        if (price["tiers"] is { } tiers) own["tiers"] = tiers.DeepClone();
        var options = new JsonObject { [(string)price["currency"]!] = own };
        foreach (var (name, value) in sent ?? [])
        {
            var (currency, option) = Read(name, value);
            if (options.ContainsKey(currency))
                throw StripeErrorException.Invalid(null, $"The currency {currency} is given twice.", $"currency_options[{name}]");
            options[currency] = option;
        }

        return options;
    }

    /// <summary>Adds currencies; what an existing one has cannot change, except that a tax behaviour may be specified once. Null removes all but the price's own.</summary>
    public static JsonObject Merge(JsonObject price, JsonObject? sent)
    {
        if (sent is null) return Create(price, null);
        var options = price["currency_options"]!.DeepClone().AsObject();
        foreach (var (name, value) in sent)
        {
            var (currency, option) = Read(name, value);
            if (options[currency] is not JsonObject existing)
            {
                options[currency] = option;
                continue;
            }

            var sentFields = (JsonObject)value!;
            foreach (var (field, wanted) in option)
            {
                if (!sentFields.ContainsKey(field) && !sentFields.ContainsKey(field + "_decimal")) continue;
                if (JsonNode.DeepEquals(existing[field], wanted)) continue;
                if (field == "tax_behavior" && (string?)existing[field] == "unspecified")
                    existing[field] = wanted?.DeepClone();
                else
                    throw StripeErrorException.Invalid(null, "You are attempting to update an immutable field for an existing currency in currency_options.", $"currency_options[{name}][{field}]");
            }
        }

        return options;
    }

    public static JsonObject? Custom(JsonObject? sent) => sent is null || !(bool)sent["enabled"]! ? null : new JsonObject
    {
        ["maximum"] = sent["maximum"]?.DeepClone(),
        ["minimum"] = sent["minimum"]?.DeepClone(),
        ["preset"] = sent["preset"]?.DeepClone(),
    };

    private static (string Currency, JsonObject Option) Read(string name, JsonNode? value)
    {
        var path = $"currency_options[{name}]";
        var currency = Currencies.Read(name, path);
        if (value is not JsonObject sent) throw StripeErrorException.Invalid(null, "Invalid object", path);
        var option = new JsonObject
        {
            ["custom_unit_amount"] = Custom(sent["custom_unit_amount"] as JsonObject),
            ["tax_behavior"] = (string?)sent["tax_behavior"] ?? "unspecified",
        };
        Currencies.Put(option, "unit_amount", Currencies.Amount(sent, "unit_amount", currency, path + "."));
        if (sent["tiers"] is JsonArray tiers) option["tiers"] = PriceTiers.Read(tiers, currency);
        return (currency, option);
    }
}
