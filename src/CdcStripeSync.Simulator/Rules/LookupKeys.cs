using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>A lookup key belongs to one price, active or not; <c>transfer_lookup_key</c> takes it from its holder.</summary>
internal static class LookupKeys
{
    public static void Claim(Execution execution, JsonObject price, JsonObject parameters)
    {
        if (parameters["lookup_key"] is not { } sent) return;
        var key = (string)sent!;
        var prices = execution.State["prices"];
        var id = (string)price["id"]!;
        if (prices.With("lookup_key", key).FirstOrDefault(e => e.Id != id) is { } holder)
        {
            if (parameters["transfer_lookup_key"] is not { } transfer || !(bool)transfer)
                throw StripeErrorException.Invalid(null, $"A price (`{holder.Id}`) already uses that lookup key.", "lookup_key");
            var without = holder.Json.DeepClone().AsObject();
            without["lookup_key"] = null;
            execution.Replace(prices, holder, without);
        }

        price["lookup_key"] = key;
    }
}
