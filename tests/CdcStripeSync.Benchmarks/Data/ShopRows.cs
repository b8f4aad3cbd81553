using System.Globalization;
using System.Numerics;

namespace CdcStripeSync.Benchmarks.Data;

/// <summary>Rows of the shop as the recording shop-bench has them: the same columns, lengths and nulls.</summary>
internal static class ShopRows
{
    private const string Words = "711b201bec7439c4708283f626672eb6 f75f2364f446af60695b840684c92587 b9e0fdd398c1eb96253253d0299e70fd cfbc7ef58309e30dee7c59aa9e5b47c3 fc8634710c29de16a65924794008f8fe ";

    public static Dictionary<string, object?> Product(int id, Random random) => new(StringComparer.Ordinal)
    {
        ["id"] = (long)id,
        ["sku"] = string.Create(CultureInfo.InvariantCulture, $"SKU-{id:D4}"),
        ["name"] = $"Product {id}",
        ["description"] = string.Concat(Words, Words, Words)[..random.Next(160, 335)],
        ["status"] = random.Next(5) == 0 ? "draft" : "active",
        ["image_urls"] = new[] { $"https://img.example/{id}.jpg" },
        ["tax_code"] = "txcd_99999999",
        ["shippable"] = true,
        ["weight_oz"] = Decimal(random.Next(10, 9_000)),
        ["attributes"] = $$"""{"rank": {{id % 90}}, "colour": "c{{id % 7}}"}""",
        ["internal_notes"] = "a4b571e3226f43fe7d658ce1c92c4b40",
        ["cost"] = Decimal(random.Next(1_000, 9_000_000)),
        ["created_at"] = "2026-01-01T00:00:00.000000Z",
        ["updated_at"] = "2026-01-01T00:00:00.000000Z",
    };

    public static Dictionary<string, object?> Price(int id, int products, Random random) => new(StringComparer.Ordinal)
    {
        ["id"] = string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{id:x12}"),
        ["product_id"] = (long)((id % products) + 1),
        ["nickname"] = $"Price {id}",
        ["lookup_key"] = $"price-{id}",
        ["currency"] = (id % 3) switch { 0 => "eur", 1 => "usd", _ => "gbp" },
        ["amount"] = Decimal(random.Next(1_000, 9_000_000)),
        ["interval"] = id % 4 == 0 ? "month" : null,
        ["interval_count"] = id % 4 == 0 ? 1L : null,
        ["tax_behavior"] = "exclusive",
        ["is_default"] = id < products,
        ["active"] = true,
        ["updated_at"] = 1_767_225_600_000_000,
    };

    public static Dictionary<string, object?> Customer(int id, Random random) => new(StringComparer.Ordinal)
    {
        ["id"] = (long)id,
        ["email"] = $"c{id}@shop.example",
        ["full_name"] = $"Customer {id}",
        ["phone"] = $"+4416329{random.Next(10_000, 99_999)}",
        ["balance"] = Decimal(0),
        ["updated_at"] = "2026-01-01T00:00:00.000000Z",
    };

    public static byte[] Decimal(long unscaled) => new BigInteger(unscaled).ToByteArray(isUnsigned: false, isBigEndian: true);
}
