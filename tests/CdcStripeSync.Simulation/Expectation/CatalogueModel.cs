using System.Globalization;
using CdcStripeSync.Simulation.History;

namespace CdcStripeSync.Simulation.Expectation;

/// <summary>The expected catalogue, computed from the changes alone, one after the other, as if each were carried out at once. Knows nothing
/// of positions, folding, plans or requests.</summary>
internal static class CatalogueModel
{
    public static ExpectedCatalogue Of(IEnumerable<RowEvent> changes)
    {
        var rows = ShopDatabase.Tables.ToDictionary(t => t, _ => new SortedDictionary<int, IReadOnlyDictionary<string, string?>>(), StringComparer.Ordinal);
        var sold = new HashSet<int>(); // product keys that have an object, archived ones included
        var begun = new HashSet<int>(); // price keys whose row had a product with an object since it began
        int products = 0, customers = 0, prices = 0;
        foreach (var change in changes)
        {
            var table = rows[change.Table];
            switch (change.Op)
            {
                case RowOp.Insert:
                    if (change.Table == "customers") customers++;
                    goto case RowOp.Update;
                case RowOp.Update:
                    if (change.Table == "prices" && !IsOfOnePrice(table.GetValueOrDefault(change.Key), change.Columns!)) prices++;
                    table[change.Key] = change.Columns!;
                    if (change.Table == "products" && change.Columns!["deleted_at"] is null && sold.Add(change.Key)) products++;
                    break;
                case RowOp.Delete:
                    table.Remove(change.Key);
                    if (change.Table == "prices") begun.Remove(change.Key);
                    break;
                case RowOp.Truncate:
                    table.Clear();
                    if (change.Table == "prices") begun.Clear();
                    break;
                case RowOp.MovedAway:
                    // The row goes with its object; whatever the new key had before stays archived.
                    table[change.OtherKey!.Value] = table[change.Key];
                    table.Remove(change.Key);
                    if (change.Table == "prices" && begun.Remove(change.Key)) begun.Add(change.OtherKey.Value);
                    if (change.Table != "products") break;
                    sold.Remove(change.OtherKey.Value);
                    if (sold.Remove(change.Key)) sold.Add(change.OtherKey.Value);
                    break;
                case RowOp.MovedHere:
                    table[change.Key] = change.Columns!;
                    break;
                case RowOp.Read or RowOp.Tombstone: break;
                default: throw new InvalidOperationException(change.Op.ToString());
            }

            begun.UnionWith(rows["prices"].Where(p => sold.Contains(Product(p.Value))).Select(p => p.Key));
        }

        var waiting = rows["prices"].Where(p => !sold.Contains(Product(p.Value))).Select(p => p.Key).ToHashSet();
        var sellable = rows["prices"].Where(p => !waiting.Contains(p.Key)).ToDictionary(p => p.Key, p => Price(p.Value));
        return new ExpectedCatalogue(
            rows["products"].Where(p => sold.Contains(p.Key)).ToDictionary(p => p.Key, p => Product(p.Key, p.Value, sellable, rows["prices"])),
            sellable, rows["customers"].ToDictionary(c => c.Key, c => new ExpectedCustomer(c.Value["email"]!, c.Value["name"])),
            waiting, waiting.Where(begun.Contains).ToHashSet(), products, customers, prices);
    }

    private static bool IsOfOnePrice(IReadOnlyDictionary<string, string?>? before, IReadOnlyDictionary<string, string?> after) =>
        before is not null && before["product_id"] == after["product_id"] && before["currency"] == after["currency"] && before["amount"] == after["amount"];

    private static int Product(IReadOnlyDictionary<string, string?> price) => int.Parse(price["product_id"]!, CultureInfo.InvariantCulture);

    private static ExpectedProduct Product(
        int key, IReadOnlyDictionary<string, string?> row, Dictionary<int, ExpectedPrice> prices, SortedDictionary<int, IReadOnlyDictionary<string, string?>> priceRows)
    {
        var isSold = row["deleted_at"] is null;
        var standard = prices.Where(p => p.Value.Product == key && p.Value.IsActive && priceRows[p.Key]["is_default"] == "true").Select(p => (int?)p.Key).SingleOrDefault();
        return new ExpectedProduct(row["name"]!, row["description"], row["sku"]!, isSold, isSold && row["status"] == "active", standard);
    }

    private static ExpectedPrice Price(IReadOnlyDictionary<string, string?> row) => new(
        Product(row), row["currency"]!, row["amount"]!.Replace(".", "", StringComparison.Ordinal).TrimStart('0'), row["lookup_key"], row["nickname"], row["active"] == "true");
}
