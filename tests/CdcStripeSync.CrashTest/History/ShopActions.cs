using System.Collections.Immutable;
using System.Globalization;
using CdcStripeSync.CrashTest.Running;

namespace CdcStripeSync.CrashTest.History;

/// <summary>What the shop's application does in one transaction. It keeps its own rules: a lookup key stands in one row, one price is a
/// product's default, a moved-from key is never used again.</summary>
internal sealed class ShopActions(ShopDatabase shop, Chance chance, Action<string> did)
{
    private static readonly IReadOnlySet<string> UnchangedText = ImmutableHashSet.Create("description");
    private readonly Dictionary<object, string?> _keptLookupKeys = [];
    private readonly HashSet<object> _retired = [];
    private int _words;
    private int _freshKeys;

    public void Act()
    {
        switch (chance.Below(100))
        {
            case < 14: Insert(); break;
            case < 30: ChangeProduct(); break;
            case < 35: SoftDelete(); break;
            case < 38: DeleteProduct(); break;
            case < 56: ChangeAmount(); break;
            case < 63: ChangePrice(); break;
            case < 69: MoveLookupKey(); break;
            case < 77: MoveDefault(); break;
            case < 81: DeletePrice(); break;
            case < 83: MovePrice(); break;
            case < 92: ChangeCustomer(); break;
            case < 94: DeleteCustomer(); break;
            default: ChangeKey(); break;
        }
    }

    public void NewProduct(bool read)
    {
        var key = Free("products", [1L, 2L, 3L, 4L, 5L]);
        if (key is null) return;
        (string, object?)[] row =
        [
            ("sku", $"SKU-{key}-{++_words}"), ("name", Word("Product")), ("description", chance.In(60) ? Word("Long text") : null), ("status", chance.In(80) ? "active" : "draft"),
            ("image_urls", new[] { $"https://img.example/{++_words}.jpg" }), ("url", chance.In(40) ? $"https://shop.example/{++_words}" : null), ("unit_label", chance.In(30) ? "seat" : null),
            ("statement_descriptor", chance.In(40) ? "SHOP" : null), ("shippable", chance.In(50) ? chance.In(50) : null), ("attributes", Attributes()), ("cost", 1.5m),
            ("deleted_at", !read && chance.In(8) ? "2026-02-02T00:00:00.000000Z" : null), ("created_at", "2026-01-01T00:00:00.000000Z"), ("updated_at", "2026-01-01T00:00:00.000000Z"),
        ];
        Add(read, "products", key, row);
    }

    public void NewPrice(bool read)
    {
        var key = Free("prices", [.. Enumerable.Range(1, 8).Select(n => (object)PriceKey(n))]);
        if (key is null || shop["products"].Count == 0) return;
        var product = chance.Of<object>([.. shop["products"].Keys]);
        var (currency, amount) = Amount(null);
        var recurring = chance.In(30);
        (string, object?)[] row =
        [
            ("product_id", product), ("nickname", Word("Price")), ("lookup_key", LookupKeyOfNew(key, product)), ("currency", currency), ("amount", amount), ("interval", recurring ? "month" : null),
            ("interval_count", recurring ? 1L : null), ("tax_behavior", chance.Of(null, "exclusive", "inclusive")), ("is_default", chance.In(40) && DefaultOf(product) is null), ("active", true),
            ("updated_at", 1_767_225_600_000_000L),
        ];
        Add(read, "prices", key, row);
    }

    public void NewCustomer(bool read)
    {
        var key = Free("customers", [1L, 2L, 3L, 4L]);
        if (key is null) return;
        _retired.Add(key); // a deleted customer stays in Stripe, so its key is used once
        (string, object?)[] row =
        [
            ("email", $" C{key}.{++_words}@Shop.example"), ("full_name", Word("Customer")), ("address", Address()), ("locale", chance.In(50) ? "en-GB,de" : null), ("tax_exempt", chance.In(30)),
            ("balance", 0m), ("updated_at", "2026-01-01T00:00:00.000000Z"),
        ];
        Add(read, "customers", key, row);
    }

    private void Insert()
    {
        switch (chance.Below(5))
        {
            case 0: NewCustomer(false); break;
            case < 3: NewProduct(false); break;
            default: NewPrice(false); break;
        }
    }

    private void Add(bool read, string table, object key, (string, object?)[] row)
    {
        did(read ? "snapshot row" : "insert");
        if (read) shop.Read(table, key, row);
        else shop.Insert(table, key, row);
    }

    private void ChangeProduct()
    {
        if (Any("products") is not { } key) return;
        var unchanged = shop["products"][key]["description"] is not null && chance.In(50) ? UnchangedText : ImmutableHashSet<string>.Empty;
        for (var i = chance.In(30) ? chance.Between(2, 5) : 1; i > 0; i--)
        {
            did("update");
            switch (chance.Below(8))
            {
                case 0: shop.Update("products", key, ("description", chance.In(30) ? null : Word("Long text"))); break;
                case 1: shop.Update("products", key, unchanged, ("status", chance.Of("active", "active", "archived"))); break;
                case 2: shop.Update("products", key, unchanged, ("attributes", Attributes())); break;
                case 3: shop.Update("products", key, unchanged, ("cost", (decimal)chance.Between(1, 9))); break;
                case 4: shop.Update("products", key, unchanged, ("image_urls", new[] { $"https://img.example/{++_words}.jpg" }), ("url", chance.In(30) ? null : $"https://shop.example/{++_words}")); break;
                case 5: shop.Update("products", key, unchanged, ("unit_label", chance.In(50) ? null : "box"), ("statement_descriptor", chance.Of(null, "SHOP", "STORE"))); break;
                default: shop.Update("products", key, unchanged, ("name", Word("Product"))); break;
            }
        }
    }

    private void SoftDelete()
    {
        if (Any("products") is not { } key) return;
        did("soft delete or undelete");
        shop.Update("products", key, ("deleted_at", IsSold(key) ? "2026-02-02T00:00:00.000000Z" : null));
    }

    private void DeleteProduct()
    {
        if (Any("products") is not { } key) return;
        did("delete");
        var prices = PricesOf(key);
        if (chance.In(50)) prices.ForEach(Delete);
        shop.Delete("products", key);
        foreach (var price in prices.Where(shop["prices"].ContainsKey)) Delete(price);
    }

    private void ChangeAmount()
    {
        if (Any("prices") is not { } key) return;
        for (var i = chance.In(30) ? chance.Between(2, 3) : 1; i > 0; i--)
        {
            did("price change");
            var row = shop["prices"][key];
            var (currency, amount) = Amount(chance.In(90) ? (string)row["currency"]! : null);
            shop.Update("prices", key, ("currency", currency), ("amount", amount));
        }
    }

    private void ChangePrice()
    {
        if (Any("prices") is not { } key) return;
        did("update");
        if (chance.In(50)) shop.Update("prices", key, ("nickname", Word("Price"))); // never null: Stripe cannot clear it, and the row would wait
        else shop.Update("prices", key, ("active", chance.In(60)));
    }

    /// <summary>Stripe cannot clear a lookup key: the row that gives one up gets another in the same transaction.</summary>
    private void MoveLookupKey()
    {
        if (Any("prices") is not { } key || !IsSold(ProductOf(key))) return;
        did("lookup key move");
        var others = shop["prices"].Where(p => !p.Key.Equals(key) && p.Value["lookup_key"] is not null).ToList();
        if (others.Count == 0 || chance.In(40))
        {
            shop.Update("prices", key, ("lookup_key", FreshLookupKey()));
            return;
        }

        var (other, row) = chance.Of<KeyValuePair<object, ImmutableDictionary<string, object?>>>(others);
        shop.Update("prices", other, ("lookup_key", FreshLookupKey()));
        shop.Update("prices", key, ("lookup_key", row["lookup_key"]));
    }

    private void MoveDefault()
    {
        if (Any("prices") is not { } key) return;
        did("default move");
        var was = DefaultOf(ProductOf(key));
        if (key.Equals(was))
        {
            if (chance.In(40)) shop.Update("prices", key, ("is_default", false));
            return;
        }

        if (was is not null) shop.Update("prices", was, ("is_default", false));
        shop.Update("prices", key, ("is_default", true));
    }

    private void DeletePrice()
    {
        if (Any("prices") is not { } key) return;
        did("delete");
        Delete(key);
    }

    private void MovePrice()
    {
        if (Any("prices") is not { } key) return;
        var to = chance.Of<object>([.. shop["products"].Keys]);
        if (!IsSold(to)) return;
        did("price to another product");
        shop.Update("prices", key, ("product_id", to), ("is_default", false));
    }

    private void ChangeCustomer()
    {
        if (Any("customers") is not { } key) return;
        did("update");
        switch (chance.Below(5))
        {
            case 0: shop.Update("customers", key, ("email", $"C{key}.{++_words}@shop.example")); break;
            case 1: shop.Update("customers", key, ("address", Address())); break;
            case 2: shop.Update("customers", key, ("tax_exempt", chance.In(50)), ("phone", chance.In(50) ? "+441632960001" : "+441632960002")); break;
            case 3: shop.Update("customers", key, ("deleted_at", shop["customers"][key].GetValueOrDefault("deleted_at") is null ? "2026-02-02T00:00:00.000000Z" : null)); break;
            default: shop.Update("customers", key, ("full_name", Word("Customer"))); break;
        }
    }

    private void DeleteCustomer()
    {
        if (Any("customers") is not { } key) return;
        did("delete");
        shop.Delete("customers", key);
    }

    private void ChangeKey()
    {
        var table = chance.Of(ShopDatabase.Tables);
        if (Any(table) is not { } from) return;
        did("key change");
        object to = table == "prices" ? PriceKey(100 + ++_freshKeys) : 100L + ++_freshKeys;
        shop.Move(table, from, to);
        _retired.Add(from);
        foreach (var price in table == "products" ? PricesOf(from) : []) shop.Update("prices", price, ("product_id", to));
    }

    private void Delete(object price)
    {
        _keptLookupKeys[price] = (string?)shop["prices"][price]["lookup_key"];
        shop.Delete("prices", price);
    }

    /// <summary>An archived price keeps its lookup key: the row that comes back has it, unless another row took it.</summary>
    private string? LookupKeyOfNew(object key, object product)
    {
        if (_keptLookupKeys.GetValueOrDefault(key) is { } kept) return shop["prices"].Values.All(p => !kept.Equals(p["lookup_key"])) ? kept : FreshLookupKey();
        return IsSold(product) && chance.In(60) ? FreshLookupKey() : null;
    }

    private (string Currency, decimal Amount) Amount(string? currency) => (currency ?? chance.Of("usd", "usd", "eur", "jpy", "kwd")) switch
    {
        "jpy" => ("jpy", chance.Between(3, 9) * 100m),
        "kwd" => ("kwd", chance.Between(3, 9) * 1.25m),
        var other => (other, chance.Between(3, 9) * 2.5m),
    };

    private string Attributes() => chance.Of("{}", """{"colour": "black"}""", """{"colour": "blue", "tier": "pro"}""", """{"tier": "basic", "limits": {"projects": 5}}""");

    private string Address() => $$"""{"line1": "{{++_words}} Mill Lane", "city": "Bath", "postal_code": "BA1 1AA", "country": "GB"}""";

    private string Word(string stem) => $"{stem} v{++_words}";

    private string FreshLookupKey() => $"key-{++_words}";

    private bool IsSold(object product) => shop["products"][product]["deleted_at"] is null;

    private object ProductOf(object price) => shop["prices"][price]["product_id"]!;

    private List<object> PricesOf(object product) => [.. shop["prices"].Where(p => product.Equals(p.Value["product_id"])).Select(p => p.Key)];

    private object? DefaultOf(object product) => PricesOf(product).Find(p => shop["prices"][p]["is_default"] is true);

    private object? Any(string table) => shop[table].Count == 0 ? null : chance.Of<object>([.. shop[table].Keys]);

    private object? Free(string table, IReadOnlyList<object> keys)
    {
        var free = keys.Where(k => !shop[table].ContainsKey(k) && !_retired.Contains(k)).ToList();
        return free.Count == 0 ? null : chance.Of<object>(free);
    }

    private static string PriceKey(int number) => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{number:D12}");
}
