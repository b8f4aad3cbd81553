using System.Globalization;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.Expectation;
using CdcStripeSync.Simulation.Stripe;

namespace CdcStripeSync.Simulation.Checks;

/// <summary>The final catalogue equals the expected one, and nobody waits who should not.</summary>
/// <param name="mayBeTakenUp">A deletion may have been held until its row was there again, or read after it (a truncate of all rows, or the key change of a later row that came under its key), or, where a record could not be read, the row was read at the source
/// when a later one stood there under its key: then that is an update of the object that was never deleted.</param>
/// <param name="unreadable">The records that may be dead letters.</param>
/// <param name="isWhollySeen">Objects can be counted, too: every state of every row came by.</param>
internal sealed class EndChecks(ExpectedCatalogue expected, Catalogue catalogue, InMemoryStateStore state, IReadOnlySet<RecordOrigin> unreadable, bool isWhollySeen, bool mayBeTakenUp)
{
    /// <summary>Prices whose row gave up a lookup key that nobody took after all: Stripe cannot clear one, so they wait, as they should.</summary>
    private readonly HashSet<int> _held = [];

    /// <summary>Customers whose deletion was held (or who were read at the source under the key of a later one), and who came back without a name: Stripe cannot clear one, so they wait, as they should, and
    /// where their row has moved on since, their objects do not say so yet.</summary>
    private readonly HashSet<int> _kept = [];

    /// <summary>Prices that wait for their product, where it may have come and gone before it was ever made.</summary>
    private readonly HashSet<int> _waiting = [];

    public void Check()
    {
        Parked();
        Letters();
        foreach (var (key, product) in expected.Products) Product(key, product);
        foreach (var (key, price) in expected.Prices) Price(key, price);
        foreach (var (key, customer) in expected.Customers) Customer(key, customer);
        Active("products", expected.Products.Where(p => p.Value.IsActive).Select(p => p.Key));
        Active("prices", expected.Prices.Where(p => p.Value.IsActive).Select(p => p.Key));
        Active("customers", expected.Customers.Keys);
        if (!isWhollySeen) return;
        Counted("products", expected.ProductsEver);
        Counted("customers", expected.CustomersEver);
        if (catalogue.Made["prices"] > expected.PricesAtMost) throw Broken("prices ever made", $"there are reasons for {expected.PricesAtMost} at most, made {catalogue.Made["prices"]}");
    }

    private void Parked()
    {
        var parked = state.ParkedAsync(null, int.MaxValue, default).GetAwaiter().GetResult();
        _held.UnionWith(parked.Where(p => p.Reason == ParkReason.Held && p.Message.StartsWith("lookup_key became null", StringComparison.Ordinal) && expected.Prices.GetValueOrDefault(KeyOf(p.Key.Key)) is { LookupKey: null }).Select(p => KeyOf(p.Key.Key)));
        parked = [.. parked.Where(p => p.Key.Resource != "price" || !_held.Contains(KeyOf(p.Key.Key)))];
        if (mayBeTakenUp) _kept.UnionWith(parked.Where(p => p.Key.Resource == "customer" && p.Reason == ParkReason.Held && p.Message.StartsWith("name became null", StringComparison.Ordinal)).Select(p => KeyOf(p.Key.Key)));
        if (!isWhollySeen) _waiting.UnionWith(parked.Where(p => p.Key.Resource == "price" && p.Reason == ParkReason.Parent).Select(p => KeyOf(p.Key.Key)));
        parked = [.. parked.Where(p => p.Key.Resource != "customer" || !_kept.Contains(KeyOf(p.Key.Key)))];
        var unexpected = parked.FirstOrDefault(p => p.Reason != ParkReason.Parent || p.Key.Resource != "price" || !(expected.WaitingPrices.Contains(KeyOf(p.Key.Key)) || !isWhollySeen));
        if (unexpected is not null) throw Broken("parked", $"{unexpected.Key} {unexpected.Reason}: {unexpected.Message}");
        if (isWhollySeen && parked.Count != expected.WaitingPrices.Count) throw Broken("not parked", $"{expected.WaitingPrices.Count} prices have no product, {parked.Count} wait");
    }

    /// <summary>That each record which nobody could read is a dead letter, the offsets are held to.</summary>
    private void Letters()
    {
        if (state.LettersAsync(new LetterFilter([]), int.MaxValue, default).GetAwaiter().GetResult().FirstOrDefault(l => !unreadable.Contains(l.Record.Origin)) is { } needless)
            throw Broken("dead letters", $"{needless.Record.Origin} can be read, and is one: {needless.Error}");
    }

    private void Product(int key, ExpectedProduct product)
    {
        var row = $"public.products/{key}";
        if (!product.IsSold && !isWhollySeen) return;
        var found = Linked("products", row, product.IsSold);
        Same(row, "active", product.IsActive ? "true" : "false", found.IsActive ? "true" : "false");
        if (!product.IsSold) return;
        Same(row, "name", product.Name, found["name"]);
        Same(row, "description", product.Description, found["description"]);
        Same(row, "metadata[sku]", product.Sku, found["metadata[sku]"]);
        var standard = found["default_price"] is { } id ? catalogue.Find(id) : null;
        if (standard is { IsActive: false }) throw Broken("the default price is archived", $"{row}: {standard.Id}");
        if (standard is not null && state.Entities.Any(e => e.StripeId == standard.Id && MayBeAsItWas(e))) return;
        if (product.DefaultPrice is { } held && _held.Contains(held)) return;
        Same(row, "default_price", product.DefaultPrice is { } price ? $"public.prices/{price}" : null, standard?.Row);
    }

    private void Price(int key, ExpectedPrice price)
    {
        var row = $"public.prices/{key}";
        if (_held.Contains(key)) return;
        if (!isWhollySeen && !expected.Products.Any(p => p.Key == price.Product && p.Value.IsSold)) return;
        var found = Linked("prices", row);
        Same(row, "active", price.IsActive ? "true" : "false", found.IsActive ? "true" : "false");
        Same(row, "product", Linked("products", $"public.products/{price.Product}", saysSo: false).Id, found["product"]);
        Same(row, "currency", price.Currency, found["currency"]);
        Same(row, "unit_amount_decimal", price.Cents, found["unit_amount_decimal"]);
        Same(row, "lookup_key", price.LookupKey, found["lookup_key"]);
        Same(row, "nickname", price.Nickname, found["nickname"]);
    }

    private void Customer(int key, ExpectedCustomer customer)
    {
        var row = $"public.customers/{key}";
        if (_kept.Contains(key)) return;
        var found = Linked("customers", row);
        Same(row, "email", customer.Email, found["email"]);
        Same(row, "name", customer.Name, found["name"]);
    }

    /// <summary>Exactly these rows have an active object, and each one only.</summary>
    private void Active(string collection, IEnumerable<int> keys)
    {
        var rows = keys.Select(k => $"public.{collection}/{k}").ToHashSet(StringComparer.Ordinal);
        var asTheyWere = state.Entities.Where(MayBeAsItWas).Select(e => e.StripeId).ToHashSet();
        var active = catalogue.Objects.Where(o => o.Collection == collection && o.IsActive && o.Row.Length > 0 && !asTheyWere.Contains(o.Id)).ToList();
        if (active.GroupBy(o => o.Row).FirstOrDefault(g => g.Count() > 1) is { } twice) throw Broken("two current objects", $"{twice.Key}: {string.Join(' ', twice.Select(o => o.Id))}");
        if (active.Find(o => !rows.Contains(o.Row)) is { } extra) throw Broken("still sold", $"{extra.Id} of {extra.Row} should be archived or gone");
    }

    /// <summary>The row waits, and its object stays as it was: where the row has moved meanwhile, the object does not even say so.</summary>
    private bool MayBeAsItWas(EntityState entity) => entity is { RowExists: true, StripeId: not null } && entity.Key.Resource switch
    {
        "price" => _held.Contains(KeyOf(entity.Key.Key)) || _waiting.Contains(KeyOf(entity.Key.Key)) || (isWhollySeen && !mayBeTakenUp ? expected.WaitingPricesOnceSold : expected.WaitingPrices).Contains(KeyOf(entity.Key.Key)),
        "customer" => _kept.Contains(KeyOf(entity.Key.Key)),
        _ => false,
    };

    /// <summary>The object that the row's Link names, which must say so itself (an archived one whose row moved does when it is sold again).</summary>
    private StripeObject Linked(string collection, string row, bool saysSo = true)
    {
        var id = state.Entities.FirstOrDefault(e => e.Key.RowText == row)?.StripeId;
        if (id is null || catalogue.Find(id) is not { } found) throw Broken("missing", $"{row} has no object ({id ?? "no link"})");
        if (found.Collection != collection || (saysSo && found.Row != row)) throw Broken("another row's object", $"{row} is linked to {id}, made for {found.Row}");
        return found;
    }

    private void Counted(string collection, int ever)
    {
        if (catalogue.Made[collection] != ever) throw Broken($"{collection} ever made", $"expected {ever}, made {catalogue.Made[collection]}");
    }

    private static int KeyOf(string row) => int.Parse(row[(row.LastIndexOf('/') + 1)..], CultureInfo.InvariantCulture);

    private static void Same(string row, string field, string? expected, string? found)
    {
        if (expected != found) throw Broken(field, $"{row}: expected {expected ?? "nothing"}, Stripe has {found ?? "nothing"}");
    }

    private static InvariantBrokenException Broken(string invariant, string message) => new("final catalogue: " + invariant, message);
}
