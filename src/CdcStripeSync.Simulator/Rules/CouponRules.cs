using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>Coupons: a chosen or made-up id, a percentage or an amount that never changes.</summary>
internal sealed class CouponRules() : ResourceRules("coupons", "/v1/coupons", "coupon", "coupon")
{
    public override void Register(IDictionary<string, Handler> operations)
    {
        base.Register(operations);
        operations["DELETE /v1/coupons/{coupon}"] = Delete;
    }

    protected override JsonObject Build(Execution execution, JsonObject parameters)
    {
        var id = (string?)parameters["id"] ?? execution.Ids.Next("", 8);
        if (execution.State[Collection].Find(id) is not null)
            throw StripeErrorException.Invalid("resource_already_exists", "Coupon already exists.", "id");
        var duration = (string?)parameters["duration"] ?? "once";
        Check(parameters, duration);
        var currency = parameters["currency"] is { } sent ? Currencies.Read((string)sent!, "currency") : null;
        var coupon = new JsonObject
        {
            ["id"] = id,
            ["object"] = "coupon",
            ["amount_off"] = parameters["amount_off"]?.DeepClone(),
            ["created"] = execution.Now,
            ["currency"] = currency,
            ["duration"] = duration,
            ["duration_in_months"] = parameters["duration_in_months"]?.DeepClone(),
            ["livemode"] = execution.State.LiveMode,
            ["max_redemptions"] = parameters["max_redemptions"]?.DeepClone(),
            ["metadata"] = Metadata.Merge(null, parameters["metadata"] as JsonObject),
            ["name"] = parameters["name"]?.DeepClone(),
            ["percent_off"] = parameters["percent_off"]?.DeepClone(),
            ["redeem_by"] = parameters["redeem_by"]?.DeepClone(),
            ["times_redeemed"] = 0,
            ["valid"] = true,
        };
        if (parameters["applies_to"] is JsonObject appliesTo) coupon["applies_to"] = appliesTo.DeepClone();
        var options = new JsonObject();
        if (currency is not null) options[currency] = new JsonObject { ["amount_off"] = parameters["amount_off"]?.DeepClone() };
        foreach (var (name, option) in parameters["currency_options"] as JsonObject ?? []) options[Currencies.Read(name, "currency_options")] = option?.DeepClone();
        if (options.Count > 0) coupon["currency_options"] = options;
        return coupon;
    }

    protected override void Change(Execution execution, JsonObject next, JsonObject parameters)
    {
        var rest = parameters.DeepClone().AsObject();
        rest.Remove("currency_options");
        Copy(rest, next);
        if (parameters["currency_options"] is not JsonObject sent) return;
        var options = next["currency_options"]?.DeepClone().AsObject() ?? [];
        foreach (var (name, option) in sent)
        {
            var currency = Currencies.Read(name, "currency_options");
            if (options[currency] is { } existing && !JsonNode.DeepEquals(existing, option))
                throw StripeErrorException.Invalid(null, "You are attempting to update an immutable field for an existing currency in currency_options.", $"currency_options[{name}]");
            options[currency] = option?.DeepClone();
        }

        next["currency_options"] = options;
    }

    private static void Check(JsonObject parameters, string duration)
    {
        var (amount, percent) = (parameters["amount_off"], parameters["percent_off"]);
        if (amount is not null && percent is not null)
            throw StripeErrorException.Invalid("parameters_exclusive", "You may only specify one of these parameters: amount_off, percent_off.", "amount_off");
        if (amount is null && percent is null)
            throw StripeErrorException.Invalid("parameter_missing", "Missing required param: percent_off.", "percent_off");
        if (amount is not null && !parameters.ContainsKey("currency"))
            throw StripeErrorException.Invalid("parameter_missing", "Missing required param: currency.", "currency");
        if (amount is not null && (long)amount <= 0)
            throw StripeErrorException.Invalid("parameter_invalid_integer", "This value must be greater than or equal to 1.", "amount_off");
        if (percent is not null && (decimal)percent is <= 0 or > 100)
            throw StripeErrorException.Invalid(null, "Invalid percent_off: it must be more than 0 and at most 100.", "percent_off");
        if (duration == "repeating" && parameters["duration_in_months"] is null)
            throw StripeErrorException.Invalid("parameter_missing", "Missing required param: duration_in_months.", "duration_in_months");
    }
}
