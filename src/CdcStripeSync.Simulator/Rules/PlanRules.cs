using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>Plans, the elder form of recurring prices: simply, without the price that Stripe shows beside each.</summary>
internal sealed class PlanRules() : ResourceRules("plans", "/v1/plans", "plan", "plan")
{
    public override void Register(IDictionary<string, Handler> operations)
    {
        base.Register(operations);
        operations["DELETE /v1/plans/{plan}"] = Delete;
    }

    protected override JsonObject Build(Execution execution, JsonObject parameters)
    {
        var id = (string?)parameters["id"] ?? execution.Ids.Next("plan_", 14);
        if (execution.State[Collection].Find(id) is not null)
            throw StripeErrorException.Invalid("resource_already_exists", "Plan already exists.", "id");
        var currency = Currencies.Read((string)parameters["currency"]!, "currency");
        var tiered = (string?)parameters["billing_scheme"] == "tiered";
        var amount = Currencies.Amount(parameters, "amount", currency, "");
        if (amount is null && !tiered) throw StripeErrorException.Invalid("parameter_missing", "Missing required param: amount.", "amount");
        var plan = new JsonObject
        {
            ["id"] = id,
            ["object"] = "plan",
            ["active"] = Value<bool?>(parameters, "active") ?? true,
            ["billing_scheme"] = tiered ? "tiered" : "per_unit",
            ["created"] = execution.Now,
            ["currency"] = currency,
            ["interval"] = parameters["interval"]!.DeepClone(),
            ["interval_count"] = parameters["interval_count"]?.DeepClone() ?? 1,
            ["livemode"] = execution.State.LiveMode,
            ["metadata"] = Metadata.Merge(null, parameters["metadata"] as JsonObject),
            ["meter"] = parameters["meter"]?.DeepClone(),
            ["nickname"] = parameters["nickname"]?.DeepClone(),
            ["product"] = Product(execution, parameters["product"]),
            ["tiers_mode"] = parameters["tiers_mode"]?.DeepClone(),
            ["transform_usage"] = parameters["transform_usage"]?.DeepClone(),
            ["trial_period_days"] = parameters["trial_period_days"]?.DeepClone(),
            ["usage_type"] = parameters["usage_type"]?.DeepClone() ?? "licensed",
        };
        Currencies.Put(plan, "amount", amount);
        if (tiered) plan["tiers"] = PriceTiers.Read(parameters["tiers"] as JsonArray, currency);
        return plan;
    }

    private static string? Product(Execution execution, JsonNode? sent)
    {
        if (sent is JsonObject data)
        {
            var product = ProductRules.Make(execution, data, "product");
            execution.Add(execution.State["products"], product);
            return (string?)product["id"];
        }

        var id = (string?)sent;
        return id is null || execution.State["products"].Find(id) is not null ? id : throw StripeErrorException.Missing(400, "product", id, "product");
    }
}
