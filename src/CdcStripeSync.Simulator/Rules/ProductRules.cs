using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CdcStripeSync.Simulator.Answers;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>Products: the caller may choose the id; the default price is one of its own; none with prices is deleted.</summary>
internal sealed partial class ProductRules() : ResourceRules("products", "/v1/products", "id", "product")
{
    public override void Register(IDictionary<string, Handler> operations)
    {
        base.Register(operations);
        operations["DELETE /v1/products/{id}"] = Delete;
    }

    /// <summary>A product from its parameters, or those of a price's <c>product_data</c>.</summary>
    public static JsonObject Make(Execution execution, JsonObject parameters, string path = "")
    {
        var id = (string?)parameters["id"] ?? execution.Ids.Next("prod_", 14);
        if (!IdShape().IsMatch(id))
            throw StripeErrorException.Invalid(null, "Invalid product id: it may only contain letters, digits, underscores and dashes.", path + "id");
        if (execution.State["products"].Find(id) is not null)
            throw StripeErrorException.Invalid("resource_already_exists", "Product already exists.", path + "id");
        Check(parameters);
        var product = new JsonObject
        {
            ["id"] = id,
            ["object"] = "product",
            ["active"] = true,
            ["created"] = execution.Now,
            ["default_price"] = null,
            ["description"] = null,
            ["images"] = new JsonArray(),
            ["livemode"] = execution.State.LiveMode,
            ["marketing_features"] = new JsonArray(),
            ["metadata"] = new JsonObject(),
            ["name"] = "",
            ["package_dimensions"] = null,
            ["shippable"] = null,
            ["statement_descriptor"] = null,
            ["tax_code"] = null,
            ["type"] = "service",
            ["unit_label"] = null,
            ["updated"] = execution.Now,
            ["url"] = null,
        };
        var sent = parameters.DeepClone().AsObject();
        sent.Remove("id");
        sent.Remove("default_price_data");
        Copy(sent, product);
        return product;
    }

    protected override JsonObject Build(Execution execution, JsonObject parameters) => Make(execution, parameters);

    protected override Answer Create(Execution execution, JsonObject parameters, string[] ids)
    {
        var product = Make(execution, parameters);
        if (parameters["default_price_data"] is not JsonObject priceData)
        {
            execution.Add(execution.State["products"], product);
            return new Answer.One(product);
        }

        var price = PriceRules.ForProduct(execution, priceData, (string)product["id"]!);
        product["default_price"] = price["id"]!.DeepClone();
        execution.Add(execution.State["products"], product);
        execution.Add(execution.State["prices"], price);
        return new Answer.One(product);
    }

    protected override void Change(Execution execution, JsonObject next, JsonObject parameters)
    {
        Check(parameters);
        if (parameters["default_price"] is { } defaultPrice)
        {
            var id = (string)defaultPrice!;
            var price = execution.State["prices"].Find(id)?.Json ?? throw StripeErrorException.Missing(400, "price", id, "default_price");
            if ((string?)price["product"] != (string?)next["id"])
                throw StripeErrorException.Invalid(null, $"The price '{id}' belongs to the product '{price["product"]}', so it cannot be the default price of '{next["id"]}'.", "default_price");
            if (!(bool)price["active"]!)
                throw StripeErrorException.Invalid(null, $"The price '{id}' is inactive. A default price must be active.", "default_price");
        }

        Copy(parameters, next);
        foreach (var list in (ReadOnlySpan<string>)["images", "marketing_features"]) next[list] ??= new JsonArray();
        if (next["tax_details"] is null) next.Remove("tax_details");
    }

    protected override Answer Delete(Execution execution, JsonObject parameters, string[] ids)
    {
        Find(execution.State, ids[0]);
        if (execution.State["prices"].With("product", ids[0]).Count > 0)
            throw StripeErrorException.Invalid(null, "This product cannot be deleted because it has one or more user-created prices.", "id");
        return base.Delete(execution, parameters, ids);
    }

    private static void Check(JsonObject parameters)
    {
        if (parameters["images"] is JsonArray { Count: > 8 })
            throw StripeErrorException.Invalid(null, "A product can have at most 8 images.", "images");
        if (parameters["marketing_features"] is JsonArray { Count: > 15 })
            throw StripeErrorException.Invalid(null, "A product can have at most 15 marketing features.", "marketing_features");
        if (Value<string>(parameters, "tax_code") is { } taxCode && !TaxCodeShape().IsMatch(taxCode))
            throw StripeErrorException.Missing(400, "tax code", taxCode, "tax_code");
        if (Value<string>(parameters, "statement_descriptor") is not { } descriptor) return;
        if (descriptor.AsSpan().IndexOfAny("<>\\\"'") >= 0)
            throw StripeErrorException.Invalid(null, "The statement descriptor cannot contain any of these characters: < > \\ \" '", "statement_descriptor");
        if (!descriptor.Any(char.IsLetter))
            throw StripeErrorException.Invalid(null, "The statement descriptor must contain at least one letter.", "statement_descriptor");
    }

    [GeneratedRegex("^[a-zA-Z0-9_-]+$")]
    private static partial Regex IdShape();

    [GeneratedRegex("^txcd_[0-9]{8}$")]
    private static partial Regex TaxCodeShape();
}
