using System.Text.Json.Nodes;
using CdcStripeSync.CrashTest.History;
using CdcStripeSync.CrashTest.Model;

namespace CdcStripeSync.CrashTest.Checks;

/// <summary>The simulator's catalogue beside the model's.</summary>
internal sealed class CatalogueCheck(ShopModel model, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> objects)
{
    private readonly ILookup<RowLine?, JsonObject> _byLine = ShopObjects(objects).ToLookup(o => o["metadata"]?["cdc_key"]?.ToString() is { } key ? model.Line(key) : null);

    /// <summary>The first difference; null where there is none.</summary>
    public BrokenException? Difference()
    {
        if (_byLine[null].FirstOrDefault() is { } foreign) return new BrokenException("an object of no row", foreign["id"]!.ToString());
        return model.Lines.Select(Of).FirstOrDefault(d => d is not null);
    }

    private BrokenException? Of(RowLine line)
    {
        var all = _byLine[line].ToList();
        if (all.Count > 1 && line.Table != "prices") return new BrokenException("two objects", $"{line}: {string.Join(' ', all.Select(o => o["id"]))}"); // only a price has successors
        var active = all.Where(o => line.Table == "customers" || IsActive(o)).ToList();
        if (active.Count > 1) return new BrokenException("two current objects", $"{line}: {string.Join(' ', active.Select(o => o["id"]))}");
        if (!line.Last.IsSold || MayWait(line))
            return active.Count == 1 && line.Table != "customers" && line.Last.Words.GetValueOrDefault("active") == "false" ? new BrokenException("still sold", $"{line}: {active[0]["id"]}") : null;
        if (line.Table != "customers" && active.Count == 1 && line.Last.Words["active"] == "false") return new BrokenException("still sold", $"{line}: {active[0]["id"]}");
        if (all.Count == 0) return new BrokenException("missing", $"{line} has no object");
        if (line.Table == "prices" && line.Last.Words["active"] == "true" && active.Count == 0) return new BrokenException("not sold", $"{line}: {string.Join(' ', all.Select(o => o["id"]))} are archived");
        var current = active.FirstOrDefault() ?? all.FindLast(o => IsOfNewestKey(o, line)) ?? all[^1];
        foreach (var (field, expected) in line.Last.Words)
        {
            if (StripeWords.Shown(current, field) is var shown && shown != expected)
                return new BrokenException(field, $"{line}: expected {expected ?? "nothing"}, {current["id"]} has {shown ?? "nothing"}");
        }

        return line.Table switch { "products" => Product(line, current), "prices" => Price(line, current), _ => null };
    }

    private BrokenException? Product(RowLine line, JsonObject current)
    {
        var images = ((string[])line.Versions.Find(v => v.IsSold)!.Row!["image_urls"]!)[0];
        if (!line.WasMoved && StripeWords.Shown(current, "images") is var shown && shown != images) return new BrokenException("images", $"{line}: expected the first, {images}, has {shown}");
        var expected = model.DefaultOf(line);
        var id = StripeWords.Shown(current, "default_price");
        var found = id is null ? null : model.Line(objects["prices"].First(p => p["id"]!.ToString() == id)["metadata"]!["cdc_key"]!.ToString());
        return found != expected ? new BrokenException("default_price", $"{line}: expected {expected?.ToString() ?? "nothing"}, {current["id"]} has {found?.ToString() ?? "nothing"} ({id})") : null;
    }

    private BrokenException? Price(RowLine line, JsonObject current)
    {
        var owner = model.ProductOf(line.Last);
        var product = _byLine[owner].Select(o => o["id"]!.ToString()).FirstOrDefault();
        return StripeWords.Shown(current, "product") is var shown && shown != product ? new BrokenException("product", $"{line}: expected {product}, {current["id"]} has {shown}") : null;
    }

    /// <summary>A price whose product has no object, and need not have one: it never was sold, or is not now, and whether it ever had an object depends on which half of its
    /// key change was read first.</summary>
    public bool MayWait(RowLine price) =>
        price is { Table: "prices", Last.Row: not null } && model.ProductOf(price.Last) is var product && !_byLine[product].Any() && (!product.WasSold || (product.WasMoved && !product.Last.IsSold));

    private static bool IsOfNewestKey(JsonObject item, RowLine line) => item["metadata"]!["cdc_key"]!.ToString() == line.Keys[^1];

    private static bool IsActive(JsonObject item) => item["active"]?.GetValue<bool>() == true;

    private static IEnumerable<JsonObject> ShopObjects(IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> objects) =>
        ShopDatabase.Tables.SelectMany(c => objects.TryGetValue(c, out var list) ? list : []);
}
