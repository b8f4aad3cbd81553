using System.Globalization;
using System.Text.Json.Nodes;

namespace CdcStripeSync.EndToEnd.Tests.Recordings;

/// <summary>What samples/shop/mapping.yaml promises of the shop's last rows, written out by hand.</summary>
internal static class ShopCatalogue
{
    public static void AssertProducts(Replayed replayed, RecordedHistory history, bool withPrices)
    {
        foreach (var (id, row) in history.Rows("products"))
        {
            var product = replayed.Product($"shop_{history.FirstId("products", id)}");
            Assert.True(product is not null, $"product {id} has no object");
            Assert.Equal($"public.products/{id}", Replayed.KeyOf(product));
            var isThere = row["deleted_at"] is null;
            Same(isThere && row["status"]!.ToString() == "active", product["active"], id);
            if (!isThere) continue;
            Same(row["name"], product["name"], id);
            Same(row["description"], product["description"], id);
            Same(row["url"], product["url"], id);
            Same(row["unit_label"], product["unit_label"], id);
            Same(null, product["tax_code"], id); // Stripe's to set
            if (row["statement_descriptor"] is { } descriptor) Same(descriptor, product["statement_descriptor"], id);
            if (row["shippable"] is { } shippable) Same(shippable, product["shippable"], id);
            Same(new JsonArray([.. history.First("products", id)["image_urls"]!.AsArray().Take(8).Select(i => i!.DeepClone())]), product["images"], id);
            var attributes = JsonNode.Parse(row["attributes"]!.ToString())!;
            Same(row["sku"], product["metadata"]!["sku"], id);
            Same(attributes["colour"], product["metadata"]!["colour"], id);
            Same(attributes["tier"], product["metadata"]!["tier"], id);
            if (withPrices) Same(DefaultOf(history, id), replayed.KeyOfPrice(product["default_price"]), id);
        }

        foreach (var id in history.Gone("products")) Same(false, replayed.Product($"shop_{history.FirstId("products", id)}")?["active"], id);
    }

    public static void AssertPrices(Replayed replayed, RecordedHistory history, bool deletesArrive)
    {
        foreach (var (id, row) in history.Rows("prices"))
        {
            var currency = row["currency"]!.ToString().Trim().ToLowerInvariant();
            var amount = Minor(row["amount"]!, currency);
            var isSold = row["active"]!.GetValue<bool>();
            var objects = replayed.OfRow("prices", $"public.prices/{id}");
            Assert.True(objects.Count(p => p["active"]!.GetValue<bool>()) == (isSold ? 1 : 0), $"price {id}: {objects.Count} objects");
            var price = objects.SingleOrDefault(p => p["active"]!.GetValue<bool>() == isSold && p["unit_amount_decimal"]!.ToString() == amount);
            Assert.True(price is not null, $"price {id}: none has the amount {amount}");
            Same(currency, price["currency"], id);
            Same($"shop_{history.FirstId("products", row["product_id"]!.ToString())}", price["product"], id);
            Same(row["lookup_key"], price["lookup_key"], id);
            Same(row["nickname"], price["nickname"], id);
            if (row["tax_behavior"] is { } behaviour) Same(behaviour, price["tax_behavior"], id);
            Same(row["interval"], price["recurring"]?["interval"], id);
            Same(row["interval_count"], price["recurring"]?["interval_count"], id);
        }

        foreach (var id in history.Gone("prices"))
            Assert.True(replayed.OfRow("prices", $"public.prices/{id}").Any(p => p["active"]!.GetValue<bool>()) != deletesArrive, $"price {id}");
    }

    public static void AssertCustomers(Replayed replayed, RecordedHistory history)
    {
        foreach (var (id, row) in history.Rows("customers"))
        {
            var customer = Assert.Single(replayed.OfRow("customers", $"public.customers/{id}"));
            Same(id, customer["metadata"]!["customer_id"], id);
            if (row["deleted_at"] is not null) continue;
            var address = row["address"] is { } json ? JsonNode.Parse(json.ToString()) : null;
            Same(row["email"]!.ToString().Trim().ToLowerInvariant(), customer["email"], id);
            if (row["full_name"] is { } name) Same(name, customer["name"], id);
            if (row["phone"] is { } phone) Same(phone, customer["phone"], id);
            foreach (var part in new[] { "line1", "line2", "city", "postal_code", "country" }) Same(address?[part], customer["address"]?[part], id);
            if (row["locale"] is { } locale) Same(new JsonArray(locale.DeepClone()), customer["preferred_locales"], id);
            Same(row["tax_exempt"]!.GetValue<bool>() ? "exempt" : "none", customer["tax_exempt"], id);
        }

        foreach (var id in history.Gone("customers")) Assert.Single(replayed.OfRow("customers", $"public.customers/{id}")); // on_delete: keep
    }

    private static string? DefaultOf(RecordedHistory history, string product) => history.Rows("prices")
        .Where(p => p.Value["product_id"]!.ToString() == product && p.Value["is_default"]!.GetValue<bool>() && p.Value["active"]!.GetValue<bool>())
        .Select(p => $"public.prices/{p.Key}").SingleOrDefault();

    /// <summary>Stripe's smallest unit: none of its own for yen, a thousandth for dinars.</summary>
    public static string Minor(JsonNode major, string currency)
    {
        var digits = currency switch { "jpy" => 1m, "kwd" => 1000m, _ => 100m };
        return (decimal.Parse(major.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture) * digits).ToString("0.############", CultureInfo.InvariantCulture);
    }

    public static void Same(JsonNode? expected, JsonNode? found, string row) =>
        Assert.True(JsonNode.DeepEquals(expected, found), $"row {row}: expected {expected?.ToJsonString() ?? "null"}, found {found?.ToJsonString() ?? "null"}");
}
