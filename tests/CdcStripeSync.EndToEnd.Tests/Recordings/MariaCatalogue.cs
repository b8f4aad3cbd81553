using System.Text.Json.Nodes;

namespace CdcStripeSync.EndToEnd.Tests.Recordings;

/// <summary>What samples/shop/mapping.mariadb.yaml promises of the last rows, written out by hand.</summary>
internal static class MariaCatalogue
{
    public static void AssertAll(Replayed replayed, RecordedHistory history, string database)
    {
        foreach (var (id, row) in history.Rows("products"))
        {
            var product = replayed.Product($"shop_{history.FirstId("products", id)}")!;
            Assert.Equal($"{database}.products/{id}", Replayed.KeyOf(product));
            var isThere = row["deleted_at"] is null;
            ShopCatalogue.Same(isThere && row["status"]!.ToString() == "active", product["active"], id);
            if (!isThere) continue;
            ShopCatalogue.Same(row["name"], product["name"], id);
            ShopCatalogue.Same(JsonNode.Parse(history.First("products", id)["image_urls"]!.ToString()), product["images"], id);
            if (row["shippable"] is { } shippable) ShopCatalogue.Same(IsTrue(shippable), product["shippable"], id);
            ShopCatalogue.Same(row["sku"], product["metadata"]!["sku"], id);
            ShopCatalogue.Same(row["flags"]!.ToString() is { Length: > 0 } flags ? flags : null, product["metadata"]!["flags"], id);
            ShopCatalogue.Same(JsonNode.Parse(row["attributes"]!.ToString())!["colour"], product["metadata"]!["colour"], id);
        }

        foreach (var id in history.Gone("products")) ShopCatalogue.Same(false, replayed.Product($"shop_{history.FirstId("products", id)}")?["active"], id);
        foreach (var (id, row) in history.Rows("prices"))
        {
            var objects = replayed.OfRow("prices", $"{database}.prices/{id}");
            var isSold = IsTrue(row["active"]!);
            var amount = ShopCatalogue.Minor(row["amount"]!, row["currency"]!.ToString());
            Assert.Equal(isSold ? 1 : 0, objects.Count(p => p["active"]!.GetValue<bool>()));
            Assert.Contains(objects, p => p["active"]!.GetValue<bool>() == isSold && p["unit_amount_decimal"]!.ToString() == amount
                && JsonNode.DeepEquals(p["lookup_key"], row["lookup_key"]) && JsonNode.DeepEquals(p["nickname"], row["nickname"]));
        }

        foreach (var id in history.Gone("prices")) Assert.DoesNotContain(replayed.OfRow("prices", $"{database}.prices/{id}"), p => p["active"]!.GetValue<bool>());
        foreach (var (id, row) in history.Rows("customers"))
        {
            var customer = Assert.Single(replayed.OfRow("customers", $"{database}.customers/{id}"));
            ShopCatalogue.Same(row["email"]!.ToString().ToLowerInvariant(), customer["email"], id);
            ShopCatalogue.Same(IsTrue(row["tax_exempt"]!) ? "exempt" : "none", customer["tax_exempt"], id);
        }

        foreach (var id in history.Gone("customers")) Assert.Single(replayed.OfRow("customers", $"{database}.customers/{id}"));
    }

    /// <summary>MariaDB's tinyint(1) is a number in a snapshot and a boolean in the stream.</summary>
    private static bool IsTrue(JsonNode value) => value.ToString() is "true" or "1";
}
