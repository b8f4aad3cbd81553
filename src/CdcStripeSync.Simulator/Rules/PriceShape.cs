using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>Which of a price's parameters go together.</summary>
internal static class PriceShape
{
    public static void Check(JsonObject parameters, bool tiered, decimal? amount, JsonObject? custom)
    {
        if (amount is not null && custom is not null)
            throw StripeErrorException.Invalid("parameters_exclusive", "You may only specify one of these parameters: unit_amount, custom_unit_amount.", "custom_unit_amount");
        if (tiered)
        {
            if (amount is not null || custom is not null)
                throw StripeErrorException.Invalid(null, "You may not specify an amount when `billing_scheme` is `tiered`: it stands in `tiers`.", "unit_amount");
            Require(parameters, "tiers");
            Require(parameters, "tiers_mode");
            if (parameters.ContainsKey("transform_quantity"))
                throw StripeErrorException.Invalid(null, "`transform_quantity` cannot be combined with `tiers`.", "transform_quantity");
        }
        else
        {
            if (parameters.ContainsKey("tiers") || parameters.ContainsKey("tiers_mode"))
                throw StripeErrorException.Invalid(null, "`tiers` and `tiers_mode` need `billing_scheme=tiered`.", "tiers");
            if (amount is null && custom is null) Require(parameters, "unit_amount");
        }

        if (parameters["recurring"] is JsonObject recurring)
        {
            if (custom is not null)
                throw StripeErrorException.Invalid(null, "`custom_unit_amount` cannot be combined with `recurring`.", "custom_unit_amount");
            if (recurring["interval_count"] is { } count && (long)count < 1)
                throw StripeErrorException.Invalid("parameter_invalid_integer", "This value must be greater than or equal to 1.", "recurring[interval_count]");
        }
    }

    private static void Require(JsonObject parameters, string name)
    {
        if (!parameters.ContainsKey(name))
            throw StripeErrorException.Invalid("parameter_missing", $"Missing required param: {name}.", name);
    }
}
