using CdcStripeSync.CrashTest.History;

namespace CdcStripeSync.CrashTest.Model;

/// <summary>Follows the changes one after the other, as if each were carried out at once. Knows nothing of positions, folding, plans or requests.</summary>
internal sealed class ShopModel
{
    private static readonly Dictionary<string, string?> NotSold = new() { ["active"] = "false" };
    private static readonly Dictionary<string, string?> Nothing = [];
    private readonly Dictionary<string, RowLine> _byKey = new(StringComparer.Ordinal);

    private ShopModel()
    {
    }

    public List<RowLine> Lines { get; } = [];

    public static ShopModel Of(IEnumerable<RowChange> changes)
    {
        var model = new ShopModel();
        foreach (var change in changes) model.Follow(change);
        return model;
    }

    public static string KeyText(string table, object key) => $"public.{table}/{key}";

    /// <summary>The row that has, or had, this key; null where there was none.</summary>
    public RowLine? Line(string keyText) => _byKey.GetValueOrDefault(keyText);

    public RowLine ProductOf(RowVersion price) => _byKey[KeyText("products", price.Row!["product_id"]!)];

    /// <summary>The price that is to be this product's default.</summary>
    public RowLine? DefaultOf(RowLine product) => Lines.Find(l => l.Table == "prices" && l.Last.Row is { } row && row["is_default"] is true && row["active"] is true && ProductOf(l.Last) == product);

    private void Follow(RowChange change)
    {
        var text = KeyText(change.Table, change.Key);
        switch (change.Op)
        {
            case RowOp.Read or RowOp.Insert or RowOp.Update or RowOp.MovedHere:
                if (!_byKey.TryGetValue(text, out var line))
                {
                    Lines.Add(_byKey[text] = line = new RowLine(change.Table));
                    line.Keys.Add(text);
                }

                var sold = StripeWords.IsSold(change.Table, change.After!);
                line.Versions.Add(new RowVersion(change.Number, change.After, sold, sold ? StripeWords.Of(change.Table, change.After!) : Unsold(change.Table)));
                break;
            case RowOp.Delete:
                _byKey[text].Versions.Add(new RowVersion(change.Number, null, false, Unsold(change.Table)));
                break;
            case RowOp.MovedAway:
                var other = KeyText(change.Table, change.OtherKey!);
                _byKey[other] = _byKey[text];
                _byKey[other].Keys.Add(other);
                break;
            case RowOp.Tombstone or RowOp.Poison: break;
            default: throw new InvalidOperationException(change.Op.ToString());
        }
    }

    private static Dictionary<string, string?> Unsold(string table) => table == "customers" ? Nothing : NotSold;
}
