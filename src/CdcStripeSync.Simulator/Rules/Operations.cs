using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Answers;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>Every operation this Stripe has, by method and path template.</summary>
internal static class Operations
{
    public static IReadOnlyDictionary<string, Handler> All { get; } = Register();

    private static Dictionary<string, Handler> Register()
    {
        var operations = new Dictionary<string, Handler>();
        foreach (var rules in (ResourceRules[])[new ProductRules(), new PriceRules(), new CustomerRules()]) rules.Register(operations);
        operations["GET /v1/account"] = Account;
        return operations;
    }

    private static Answer.One Account(Execution execution, JsonObject parameters, string[] ids) => new(new JsonObject
    {
        ["id"] = execution.State.AccountId,
        ["object"] = "account",
        ["business_type"] = null,
        ["charges_enabled"] = true,
        ["country"] = "US",
        ["default_currency"] = "usd",
        ["details_submitted"] = true,
        ["email"] = "simulated@example.com",
        ["metadata"] = new JsonObject(),
        ["payouts_enabled"] = true,
        ["settings"] = new JsonObject { ["dashboard"] = new JsonObject { ["display_name"] = "Simulated", ["timezone"] = "Etc/UTC" } },
        ["type"] = "standard",
    });
}
