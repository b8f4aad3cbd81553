using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>Tax rates: the percentage and whether it is inclusive never change; none is deleted.</summary>
internal sealed class TaxRateRules() : ResourceRules("tax_rates", "/v1/tax_rates", "tax_rate", "tax rate")
{
    protected override JsonObject Build(Execution execution, JsonObject parameters)
    {
        if ((decimal)parameters["percentage"]! is < 0 or > 100)
            throw StripeErrorException.Invalid(null, "Invalid percentage: it must be between 0 and 100.", "percentage");
        var rate = new JsonObject
        {
            ["id"] = execution.Ids.Next("txr_1", 23),
            ["object"] = "tax_rate",
            ["active"] = true,
            ["country"] = null,
            ["created"] = execution.Now,
            ["description"] = null,
            ["display_name"] = null,
            ["effective_percentage"] = null,
            ["flat_amount"] = null,
            ["inclusive"] = false,
            ["jurisdiction"] = null,
            ["jurisdiction_level"] = null,
            ["livemode"] = execution.State.LiveMode,
            ["metadata"] = new JsonObject(),
            ["percentage"] = 0,
            ["rate_type"] = "percentage",
            ["state"] = null,
            ["tax_type"] = null,
        };
        Copy(parameters, rate);
        return rate;
    }
}
