using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Answers;
using CdcStripeSync.Simulator.Http;
using CdcStripeSync.Simulator.Lists;
using CdcStripeSync.Simulator.State;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>The features attached to a product, each at most once.</summary>
internal static class ProductFeatureRules
{
    private const string Collection = "product_features";

    public static void Register(IDictionary<string, Handler> operations)
    {
        operations["GET /v1/products/{product}/features"] = List;
        operations["POST /v1/products/{product}/features"] = Attach;
        operations["GET /v1/products/{product}/features/{id}"] = (execution, _, ids) => new Answer.One(Shown(Find(execution.State, ids)));
        operations["DELETE /v1/products/{product}/features/{id}"] = Detach;
    }

    private static Answer.Page List(Execution execution, JsonObject parameters, string[] ids)
    {
        Product(execution.State, ids[0]);
        var narrowed = parameters.DeepClone().AsObject();
        narrowed["product"] = ids[0];
        var page = ListQuery.Run(execution.State[Collection], narrowed, $"/v1/products/{ids[0]}/features", "product feature");
        return page with { Data = [.. page.Data.Select(Shown)] };
    }

    private static Answer.One Attach(Execution execution, JsonObject parameters, string[] ids)
    {
        Product(execution.State, ids[0]);
        var id = (string)parameters["entitlement_feature"]!;
        var feature = execution.State["entitlements.features"].Find(id)?.Json ?? throw StripeErrorException.Missing(400, "feature", id, "entitlement_feature");
        var attached = execution.State[Collection];
        if (attached.With("product", ids[0]).Any(e => (string?)e.Json["entitlement_feature"]!["id"] == id))
            throw StripeErrorException.Invalid("resource_already_exists", "This feature is already attached to the product.", "entitlement_feature");
        var json = new JsonObject
        {
            ["id"] = execution.Ids.Next("prodft_1", 23),
            ["object"] = "product_feature",
            ["entitlement_feature"] = feature.DeepClone(),
            ["livemode"] = execution.State.LiveMode,
            ["product"] = ids[0],
        };
        execution.Add(attached, json);
        return new Answer.One(Shown(json));
    }

    private static Answer.One Detach(Execution execution, JsonObject parameters, string[] ids)
    {
        Find(execution.State, ids);
        var entry = execution.State[Collection].Find(ids[1])!;
        execution.Remove(execution.State[Collection], entry);
        return new Answer.One(new JsonObject { ["id"] = ids[1], ["object"] = "product_feature", ["deleted"] = true });
    }

    private static JsonObject Find(SimulatorState state, string[] ids) =>
        state[Collection].Find(ids[1])?.Json is { } json && (string?)json["product"] == ids[0]
            ? json
            : throw StripeErrorException.Missing(404, "product feature", ids[1], "id");

    private static void Product(SimulatorState state, string id)
    {
        if (state["products"].Find(id) is null) throw StripeErrorException.Missing(404, "product", id, "product");
    }

    /// <summary>Without the product, which only the address names.</summary>
    private static JsonObject Shown(JsonObject json)
    {
        var shown = json.DeepClone().AsObject();
        shown.Remove("product");
        return shown;
    }
}
