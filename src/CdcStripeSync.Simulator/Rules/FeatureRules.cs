using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>Entitlement features: a lookup key that is unique and never changes; archived, not deleted.</summary>
internal sealed class FeatureRules() : ResourceRules("entitlements.features", "/v1/entitlements/features", "id", "feature")
{
    protected override JsonObject Build(Execution execution, JsonObject parameters)
    {
        var key = (string)parameters["lookup_key"]!;
        if (execution.State[Collection].With("lookup_key", key).Count > 0)
            throw StripeErrorException.Invalid("resource_already_exists", $"A feature with lookup_key '{key}' already exists.", "lookup_key");
        return new JsonObject
        {
            ["id"] = execution.Ids.Next("feat_test_", 32),
            ["object"] = "entitlements.feature",
            ["active"] = true,
            ["livemode"] = execution.State.LiveMode,
            ["lookup_key"] = key,
            ["metadata"] = Metadata.Merge(null, parameters["metadata"] as JsonObject),
            ["name"] = parameters["name"]!.DeepClone(),
        };
    }
}
