using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.History;

/// <summary>What the shop's application does in one transaction. It keeps its own rules: a lookup key stands in one row, one price is a
/// product's default, a product goes after its prices.</summary>
internal sealed class ShopActions(ShopDatabase database, Chance chance, SortedDictionary<string, int> counts)
{
    private static readonly int[] ProductKeys = [1, 2, 3, 4];
    private static readonly int[] PriceKeys = [11, 12, 13, 14, 15, 16, 17];
    private static readonly int[] CustomerKeys = [21, 22, 23];
    private static readonly string[] LookupKeys = ["gold", "silver", "bronze"];
    private static readonly string[] Amounts = ["5.00", "7.50", "10.00", "12.00"];
    private readonly Dictionary<int, string?> _keptLookupKeys = [];
    private readonly HashSet<int> _movedFrom = [];
    private int _words;

    /// <summary>Key changes may lead to another partition, where older events of the new key are read later: what passed in between is then not seen.</summary>
    public bool MovesFar { get; init; }

    public string Word(string stem) => $"{stem} {++_words}";

    public int? FreeCustomer() => CustomerKeys.Where(k => !database["customers"].ContainsKey(k)).Select(k => (int?)k).FirstOrDefault();

    public void Act()
    {
        switch (chance.Below(106))
        {
            case < 16: Insert(); break;
            case < 28: ChangeProduct(); break;
            case < 32: SoftDelete(); break;
            case < 35: DeleteProduct(); break;
            case < 53: ChangeAmount(); break;
            case < 58: ChangePrice(); break;
            case < 66: MoveLookupKey(); break;
            case < 74: MoveDefault(); break;
            case < 79: DeletePrice(); break;
            case < 80: MovePrice(); break;
            case < 88: ChangeCustomer(); break;
            case < 92: DeleteCustomer(); break;
            case < 100: ChangeKey(); break;
            default: Touch(); break;
        }
    }

    public void Insert()
    {
        var free = ShopDatabase.Tables.SelectMany(t => KeysOf(t).Where(k => !database[t].ContainsKey(k) && !_movedFrom.Contains(k)).Select(k => (Table: t, Key: k))).ToList();
        if (database["products"].Count == 0) free.RemoveAll(f => f.Table == "prices");
        if (free.Count == 0) return;
        var (table, key) = chance.Of(free);
        Did("insert");
        switch (table)
        {
            case "products":
                database.Insert(table, key, ("name", Word("product")), ("description", chance.In(50) ? Word("long text") : null), ("status", "active"), ("sku", $"sku-{key}"), ("deleted_at", chance.In(10) ? "then" : null), ("note", null));
                break;
            case "prices":
                var product = chance.Of([.. database["products"].Keys]);
                database.Insert(
                    table, key, ("product_id", ShopDatabase.Text(product)), ("currency", "usd"), ("amount", chance.Of(Amounts)), ("lookup_key", LookupKeyOfNew(key, product)),
                    ("nickname", Word("price")), ("is_default", chance.In(40) && DefaultOf(product) is null ? "true" : "false"), ("active", "true"), ("note", null));
                break;
            default:
                database.Insert(table, key, ("email", $"{key}@shop.example"), ("name", chance.In(50) ? Word("name") : null), ("note", null));
                break;
        }
    }

    private void ChangeProduct()
    {
        if (Any("products") is not { } key) return;
        Did("update");
        var unchanged = Unlogged("products", key);
        switch (chance.Below(4))
        {
            case 0: database.Update("products", key, [], ("description", chance.In(30) ? null : Word("long text"))); break;
            case 1: database.Update("products", key, unchanged, ("status", chance.Of(["active", "hidden"]))); break;
            default: database.Update("products", key, unchanged, ("name", Word("product"))); break;
        }
    }

    private void SoftDelete()
    {
        if (Any("products") is not { } key) return;
        Did("soft delete or undelete");
        database.Update("products", key, [], ("deleted_at", database.Value("products", key, "deleted_at") is null ? "then" : null));
    }

    private void DeleteProduct()
    {
        if (Any("products") is not { } key) return;
        foreach (var price in PricesOf(key)) Delete(price);
        Did("delete");
        database.Delete("products", key);
    }

    private void ChangeAmount()
    {
        if (Any("prices") is not { } key) return;
        Did("price change");
        database.Update("prices", key, [], ("amount", chance.Of(Amounts)));
    }

    private void ChangePrice()
    {
        if (Any("prices") is not { } key) return;
        Did("update");
        if (chance.In(50)) database.Update("prices", key, [], ("nickname", Word("price")));
        else database.Update("prices", key, [], ("active", chance.In(60) ? "true" : "false"));
    }

    private void MoveLookupKey()
    {
        if (Any("prices") is not { } key || !IsSold(ProductOf(key))) return;
        Did("lookup key move");
        var wanted = chance.Of(LookupKeys);
        var holder = database["prices"].FirstOrDefault(p => wanted is not null && p.Value["lookup_key"] == wanted).Key;
        if (holder == key) return;
        if (holder != 0) database.Update("prices", holder, [], ("lookup_key", chance.In(30) && FreeLookupKey() is { } free ? free : null));
        database.Update("prices", key, [], ("lookup_key", wanted));
    }

    private void MoveDefault()
    {
        if (Any("prices") is not { } key) return;
        Did("default move");
        var product = ProductOf(key);
        var was = DefaultOf(product);
        if (was == key)
        {
            if (chance.In(40)) database.Update("prices", key, [], ("is_default", "false"));
            return;
        }

        if (was is { } old) database.Update("prices", old, [], ("is_default", "false"));
        database.Update("prices", key, [], ("is_default", "true"));
    }

    private void DeletePrice()
    {
        if (Any("prices") is not { } key) return;
        Did("delete");
        Delete(key);
    }

    private void MovePrice()
    {
        if (Any("prices") is not { } key) return;
        var to = chance.Of([.. database["products"].Keys]);
        if (!IsSold(to)) return;
        Did("price to another product");
        database.Update("prices", key, [], ("product_id", ShopDatabase.Text(to)), ("is_default", "false"));
    }

    private void ChangeCustomer()
    {
        if (Any("customers") is not { } key) return;
        Did("update");
        if (chance.In(50)) database.Update("customers", key, [], ("email", $"{Word("mail").Replace(' ', '.')}@shop.example"));
        else database.Update("customers", key, [], ("name", Word("name")));
    }

    private void DeleteCustomer()
    {
        if (Any("customers") is not { } key) return;
        Did("delete");
        database.Delete("customers", key);
    }

    private void ChangeKey()
    {
        var table = chance.Of(ShopDatabase.Tables);
        if (Any(table) is not { } from) return;
        var free = KeysOf(table).Where(k => !database[table].ContainsKey(k) && (MovesFar || k % 2 == from % 2) && !_movedFrom.Contains(k)).ToList();
        if (free.Count == 0) return;
        var to = chance.Of(free);
        Did("key change");
        database.Move(table, from, to, table == "products" && database.Value(table, from, "description") is not null && !MovesFar && chance.In(50) ? ["description"] : []);
        if (table == "products") _movedFrom.Add(from); // a new product under a key that prices of the old one still name is known only when the stream has caught up
        _keptLookupKeys.Remove(from);
        _keptLookupKeys.Remove(to);
        foreach (var price in table == "products" ? PricesOf(from) : []) database.Update("prices", price, [], ("product_id", ShopDatabase.Text(to)));
    }

    /// <summary>Nothing that the mapping reads changes: in one row, or, as a nightly job does it, in every row of a table.</summary>
    private void Touch()
    {
        var table = chance.Of(ShopDatabase.Tables);
        if (Any(table) is not { } one) return;
        Did("update of what is not mapped");
        foreach (var key in chance.In(50) ? database[table].Keys.ToList() : [one]) database.Update(table, key, Unlogged(table, key), ("note", Word("note")));
    }

    /// <summary>A table is emptied; products go with all prices.</summary>
    public void Truncate(string table)
    {
        Did("truncate");
        if (table == "products") Truncate("prices");
        foreach (var price in table == "prices" ? database["prices"].Keys.ToList() : []) _keptLookupKeys[price] = database.Value("prices", price, "lookup_key");
        database.Truncate(table);
    }

    private void Delete(int price)
    {
        _keptLookupKeys[price] = database.Value("prices", price, "lookup_key");
        database.Delete("prices", price);
    }

    /// <summary>An archived price keeps its lookup key, and Stripe cannot clear one: the row that comes back has it, unless another took it.</summary>
    private string? LookupKeyOfNew(int key, int product)
    {
        if (_keptLookupKeys.GetValueOrDefault(key) is { } kept && database["prices"].All(p => p.Value["lookup_key"] != kept)) return kept;
        return IsSold(product) ? FreeLookupKey() : null;
    }

    /// <summary>What an update that leaves it alone may not have in the log.</summary>
    private string[] Unlogged(string table, int key) => table == "products" && database.Value(table, key, "description") is not null && chance.In(60) ? ["description"] : [];

    private List<int> PricesOf(int product) => [.. database["prices"].Where(p => p.Value["product_id"] == ShopDatabase.Text(product)).Select(p => p.Key)];

    /// <summary>Stripe cannot clear a lookup key: only a price that has an object takes part in its moves.</summary>
    private bool IsSold(int product) => database.Value("products", product, "deleted_at") is null;

    private int ProductOf(int price) => int.Parse(database.Value("prices", price, "product_id")!, System.Globalization.CultureInfo.InvariantCulture);

    private int? DefaultOf(int product) => PricesOf(product).Where(p => database.Value("prices", p, "is_default") == "true").Select(p => (int?)p).FirstOrDefault();

    private string? FreeLookupKey() => LookupKeys.Where(l => database["prices"].All(p => p.Value["lookup_key"] != l)).OrderBy(_ => chance.Next()).FirstOrDefault(_ => chance.In(60));

    private int? Any(string table) => database[table].Count == 0 ? null : chance.Of([.. database[table].Keys]);

    private static int[] KeysOf(string table) => table switch { "products" => ProductKeys, "prices" => PriceKeys, _ => CustomerKeys };

    private void Did(string what) => counts[what] = counts.GetValueOrDefault(what) + 1;
}
