using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>Promotion codes: a coupon's word for customers; one word is active once.</summary>
internal sealed class PromotionCodeRules() : ResourceRules("promotion_codes", "/v1/promotion_codes", "promotion_code", "promotion code")
{
    protected override JsonObject Build(Execution execution, JsonObject parameters)
    {
        var promotion = (JsonObject)parameters["promotion"]!;
        var coupon = (string?)promotion["coupon"] ?? throw StripeErrorException.Invalid("parameter_missing", "Missing required param: promotion[coupon].", "promotion[coupon]");
        if (execution.State["coupons"].Find(coupon) is null) throw StripeErrorException.Missing(400, "coupon", coupon, "promotion[coupon]");
        var code = (string?)parameters["code"] ?? execution.Ids.Next("", 8).ToUpperInvariant();
        var active = Value<bool?>(parameters, "active") ?? true;
        if (active) Free(execution, code, null);
        var restrictions = new JsonObject { ["first_time_transaction"] = false, ["minimum_amount"] = null, ["minimum_amount_currency"] = null };
        foreach (var (name, value) in parameters["restrictions"] as JsonObject ?? []) restrictions[name] = value?.DeepClone();
        return new JsonObject
        {
            ["id"] = execution.Ids.Next("promo_1", 23),
            ["object"] = "promotion_code",
            ["active"] = active,
            ["code"] = code,
            ["created"] = execution.Now,
            ["customer"] = parameters["customer"]?.DeepClone(),
            ["customer_account"] = parameters["customer_account"]?.DeepClone(),
            ["expires_at"] = parameters["expires_at"]?.DeepClone(),
            ["livemode"] = execution.State.LiveMode,
            ["max_redemptions"] = parameters["max_redemptions"]?.DeepClone(),
            ["metadata"] = Metadata.Merge(null, parameters["metadata"] as JsonObject),
            ["promotion"] = new JsonObject { ["coupon"] = coupon, ["type"] = "coupon" },
            ["restrictions"] = restrictions,
            ["times_redeemed"] = 0,
        };
    }

    protected override void Change(Execution execution, JsonObject next, JsonObject parameters)
    {
        if (Value<bool?>(parameters, "active") == true) Free(execution, (string)next["code"]!, (string)next["id"]!);
        var sent = parameters.DeepClone().AsObject();
        if (sent["restrictions"] is JsonObject changed)
        {
            var restrictions = next["restrictions"]!.DeepClone().AsObject();
            foreach (var (name, value) in changed) restrictions[name] = value?.DeepClone();
            sent["restrictions"] = restrictions;
        }

        Copy(sent, next);
    }

    private void Free(Execution execution, string code, string? except)
    {
        if (execution.State[Collection].With("code", code).Any(e => e.Id != except && (bool)e.Json["active"]!))
            throw StripeErrorException.Invalid(null, "An active promotion code with `code: " + code + "` already exists.", "code");
    }
}
