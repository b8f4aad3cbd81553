using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CdcStripeSync.CrashTest.Model;

/// <summary>What the sample mapping makes of a row, in its own plain words: Stripe's field, dotted, and the text that it has to show; null where it
/// is to be empty. A field that is left alone when its column is null does not stand here then.</summary>
internal static class StripeWords
{
    public static bool IsSold(string table, IReadOnlyDictionary<string, object?> row) => table == "prices" || row.GetValueOrDefault("deleted_at") is null;

    public static IReadOnlyDictionary<string, string?> Of(string table, IReadOnlyDictionary<string, object?> row) => table switch
    {
        "products" => Product(row),
        "prices" => Price(row),
        _ => Customer(row),
    };

    private static Dictionary<string, string?> Product(IReadOnlyDictionary<string, object?> row)
    {
        using var attributes = JsonDocument.Parse((string)row["attributes"]!);
        var words = new Dictionary<string, string?>
        {
            ["name"] = (string?)row["name"],
            ["description"] = (string?)row["description"],
            ["active"] = (string?)row["status"] == "active" ? "true" : "false",
            ["url"] = (string?)row["url"],
            ["unit_label"] = (string?)row["unit_label"],
            ["metadata.sku"] = (string?)row["sku"],
            ["metadata.colour"] = Member(attributes, "colour"),
            ["metadata.tier"] = Member(attributes, "tier"),
        };
        Leave(words, "statement_descriptor", (string?)row["statement_descriptor"]);
        Leave(words, "shippable", row["shippable"] is bool shippable ? Text(shippable) : null);
        return words;
    }

    private static Dictionary<string, string?> Price(IReadOnlyDictionary<string, object?> row)
    {
        var words = new Dictionary<string, string?>
        {
            ["currency"] = (string?)row["currency"],
            ["unit_amount_decimal"] = Minor((string)row["currency"]!, (decimal)row["amount"]!),
            ["lookup_key"] = (string?)row["lookup_key"],
            ["nickname"] = (string?)row["nickname"],
            ["active"] = Text((bool)row["active"]!),
            ["recurring.interval"] = (string?)row["interval"],
            ["recurring.interval_count"] = row["interval_count"] is long count ? count.ToString(CultureInfo.InvariantCulture) : null,
        };
        Leave(words, "tax_behavior", (string?)row["tax_behavior"]);
        return words;
    }

    private static Dictionary<string, string?> Customer(IReadOnlyDictionary<string, object?> row)
    {
        using var address = JsonDocument.Parse((string)row["address"]!);
        var words = new Dictionary<string, string?>
        {
            ["email"] = ((string)row["email"]!).Trim().ToLowerInvariant(),
            ["address.line1"] = Member(address, "line1"),
            ["address.city"] = Member(address, "city"),
            ["address.postal_code"] = Member(address, "postal_code"),
            ["address.country"] = Member(address, "country"),
            ["tax_exempt"] = row["tax_exempt"] is true ? "exempt" : "none",
            ["metadata.customer_id"] = Convert.ToString(row["id"], CultureInfo.InvariantCulture),
        };
        Leave(words, "name", (string?)row["full_name"]);
        Leave(words, "phone", (string?)row.GetValueOrDefault("phone"));
        Leave(words, "preferred_locales", (string?)row["locale"]);
        return words;
    }

    /// <summary>A field of an object as Stripe shows it, in the same words: lists joined by commas, null where it is empty.</summary>
    public static string? Shown(JsonNode? node, string field)
    {
        foreach (var part in field.Split('.')) node = node is JsonObject inner ? inner[part] : null;
        return node switch
        {
            null => null,
            JsonArray list => string.Join(',', list.Select(i => i!.ToString())),
            JsonValue value when value.TryGetValue<bool>(out var flag) => Text(flag),
            _ => node.ToString() is { Length: > 0 } text ? text : null,
        };
    }

    /// <summary>24.99 usd are 2499, 3600 jpy are 3600, 7.75 kwd are 7750.</summary>
    private static string Minor(string currency, decimal amount) =>
        (amount * currency switch { "jpy" => 1m, "kwd" => 1000m, _ => 100m }).ToString("0.############", CultureInfo.InvariantCulture);

    private static void Leave(Dictionary<string, string?> words, string field, string? value)
    {
        if (value is not null) words[field] = value;
    }

    private static string? Member(JsonDocument json, string name) => json.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string Text(bool flag) => flag ? "true" : "false";
}
