using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>A tiered price's steps: rising, the last without an end.</summary>
internal static class PriceTiers
{
    public static JsonArray Read(JsonArray? sent, string currency)
    {
        var tiers = new JsonArray();
        long last = 0;
        for (var i = 0; i < sent?.Count; i++)
        {
            var tier = (JsonObject)sent[i]!;
            var path = $"tiers[{i}]";
            long? upTo = tier["up_to"] is JsonValue value && value.TryGetValue<long>(out var end) ? end : null;
            if (upTo is null != (i == sent.Count - 1))
                throw StripeErrorException.Invalid(null, "The last tier, and only the last, must have `up_to=inf`.", $"{path}[up_to]");
            if (upTo <= last) throw StripeErrorException.Invalid(null, "Each tier's `up_to` must be larger than the one before.", $"{path}[up_to]");
            last = upTo ?? last;
            var read = new JsonObject { ["up_to"] = upTo };
            Currencies.Put(read, "unit_amount", Currencies.Amount(tier, "unit_amount", currency, path + "."));
            Currencies.Put(read, "flat_amount", Currencies.Amount(tier, "flat_amount", currency, path + "."));
            tiers.Add(read);
        }

        return tiers;
    }
}
