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
        ResourceRules[] resources =
        [
            new ProductRules(), new PriceRules(), new CustomerRules(), new CouponRules(), new PromotionCodeRules(), new TaxRateRules(),
            new MeterRules(), new FeatureRules(), new PlanRules(), new WebhookEndpointRules(),
        ];
        foreach (var rules in resources) rules.Register(operations);
        ProductFeatureRules.Register(operations);
        TaxCodes.Register(operations);
        EventRules.Register(operations);
        SearchRules.Register(operations);
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
        ["created"] = 1_600_000_000, // before anything in it
        ["default_currency"] = "usd",
        ["details_submitted"] = true,
        ["email"] = "simulated@example.com",
        ["metadata"] = new JsonObject(),
        ["payouts_enabled"] = true,
        ["settings"] = new JsonObject { ["dashboard"] = new JsonObject { ["display_name"] = "Simulated", ["timezone"] = "Etc/UTC" } },
        ["type"] = "standard",
    });
}
