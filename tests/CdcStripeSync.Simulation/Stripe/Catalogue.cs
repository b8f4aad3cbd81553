using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Simulation.Stripe;

/// <summary>Stripe's rules for products, prices and customers, without transport: a request in, an answer out, at once.</summary>
internal sealed class Catalogue(Func<long> unixSeconds)
{
    private static readonly HashSet<string> FixedOfPrices = new(StringComparer.Ordinal) { "currency", "unit_amount", "unit_amount_decimal", "product", "billing_scheme", "recurring" };
    private readonly List<StripeObject> _objects = [];
    private readonly Dictionary<string, StripeObject> _byId = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);
    private int _ids;
    private int _requests;

    public IReadOnlyList<StripeObject> Objects => _objects;

    public IReadOnlySet<string> Deleted => _deleted;

    /// <summary>Objects made so far, by collection, deleted ones included.</summary>
    public Dictionary<string, int> Made { get; } = new(StringComparer.Ordinal) { ["products"] = 0, ["prices"] = 0, ["customers"] = 0 };

    public StripeObject? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>An object that others made before we came.</summary>
    public StripeObject Plant(string id, string collection, string name)
    {
        var planted = new StripeObject(id, collection, unixSeconds());
        planted.Set("name", name);
        _objects.Add(planted);
        return _byId[id] = planted;
    }

    public StripeOutcome Answer(StripeRequest request, StripeForm form)
    {
        var parts = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var id = parts.Length > 2 ? parts[2] : null;
        return (request.Method, id) switch
        {
            (StripeMethod.Get, null) => List(parts[1], form),
            (StripeMethod.Get, _) => Find(id) is { } found ? Success(found) : Missing(parts[1], id),
            (StripeMethod.Delete, null) => Refused(404, null, null, "Unrecognized request URL"),
            (StripeMethod.Delete, _) => Delete(parts[1], id),
            (StripeMethod.Post, null) => Create(parts[1], form),
            (StripeMethod.Post, _) => Update(parts[1], id, form),
            _ => throw new InvalidOperationException(request.Method.ToString()),
        };
    }

    private StripeOutcome Create(string collection, StripeForm form)
    {
        if (collection == "products" && string.IsNullOrEmpty(form["name"])) return Refused(400, "parameter_missing", "name", "Missing required param: name.");
        if (form.Pairs.Any(p => p.Value.Length == 0)) return Refused(400, "parameter_invalid_empty", form.Pairs.First(p => p.Value.Length == 0).Name, "You passed an empty string.");
        if (form["id"] is { } chosen && (collection != "products" || _byId.ContainsKey(chosen) || _deleted.Contains(chosen)))
            return Refused(400, "resource_already_exists", "id", "Product already exists.");
        if (collection == "prices")
        {
            if (form["product"] is not { } product || Find(product) is null) return Refused(400, "resource_missing", "product", $"No such product: '{form["product"]}'");
            if (form["currency"] is null) return Refused(400, "parameter_missing", "currency", "Missing required param: currency.");
            if ((form["unit_amount"] ?? form["unit_amount_decimal"]) is null) return Refused(400, "parameter_missing", "unit_amount", "Missing required param: unit_amount.");
        }

        if (TakeLookupKey("", form) is { } taken) return taken;
        var made = new StripeObject(form["id"] ?? $"{collection[..3]}_{++_ids}", collection, unixSeconds());
        foreach (var (name, value) in form.Pairs)
        {
            if (name == "unit_amount") made.Set("unit_amount_decimal", value);
            else if (name is not ("id" or "transfer_lookup_key")) made.Set(name, value);
        }

        _objects.Add(made);
        _byId[made.Id] = made;
        Made[collection]++;
        return Success(made);
    }

    private StripeOutcome Update(string collection, string id, StripeForm form)
    {
        if (Find(id) is not { } known || known.Collection != collection) return Missing(collection, id);
        if (collection == "prices" && form.Pairs.Select(p => p.Name).FirstOrDefault(n => FixedOfPrices.Contains(n.Split('[')[0])) is { } unknown)
            return Refused(400, "parameter_unknown", unknown, $"Received unknown parameter: {unknown}");
        if (collection == "products" && form["name"] is "") return Refused(400, "parameter_invalid_empty", "name", "You passed an empty string for 'name'.");
        if (collection == "prices" && form["active"] == "false" && _objects.Any(o => o["default_price"] == id))
            return Refused(400, null, null, "This price cannot be archived because it is the default price of its product.");
        if (form["default_price"] is { Length: > 0 } standard && Find(standard) is not { IsActive: true, Collection: "prices" })
            return Refused(400, null, "default_price", "The default price must be an active price.");
        if (form["default_price"] is { Length: > 0 } own && Find(own)!["product"] != id)
            return Refused(400, null, "default_price", "The default price must belong to the product.");
        if (TakeLookupKey(id, form) is { } taken) return taken;
        foreach (var (name, value) in form.Pairs)
        {
            if (name != "transfer_lookup_key") known.Set(name, value);
        }

        return Success(known);
    }

    private StripeOutcome.Refused? TakeLookupKey(string id, StripeForm form)
    {
        if (form["lookup_key"] is not { Length: > 0 } key) return null;
        if (_objects.Find(o => o.Id != id && o["lookup_key"] == key) is not { } holder) return null;
        if (form["transfer_lookup_key"] != "true") return Refused(400, null, "lookup_key", $"A price (`{holder.Id}`) already uses that lookup key.");
        holder.Set("lookup_key", "");
        return null;
    }

    private StripeOutcome Delete(string collection, string id)
    {
        if (Find(id) is not { } known || known.Collection != collection) return Missing(collection, id);
        if (collection == "prices") return Refused(404, null, null, "Unrecognized request URL");
        if (collection == "products" && _objects.Any(o => o["product"] == id)) return Refused(400, null, null, "This product cannot be deleted because it has one or more user-created prices.");
        _objects.Remove(known);
        _byId.Remove(id);
        _deleted.Add(id);
        return Success(known);
    }

    /// <summary>Newest first, at most ten or as asked.</summary>
    private StripeOutcome.Success List(string collection, StripeForm form)
    {
        var limit = form["limit"] is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 10;
        var since = form["created[gte]"] is { } earliest ? long.Parse(earliest, System.Globalization.CultureInfo.InvariantCulture) : 0;
        var all = _objects.Where(o => o.Collection == collection && o.Created >= since && (form["product"] is not { } product || o["product"] == product)).Reverse();
        if (form["starting_after"] is { } after) all = all.SkipWhile(o => o.Id != after).Skip(1);
        var page = all.Take(limit + 1).ToList();
        return ListAnswer.Of(page.Take(limit).Select(o => o.Show()), page.Count > limit);
    }

    private StripeOutcome.Success Success(StripeObject shown) => new(shown.Show(), string.Create(System.Globalization.CultureInfo.InvariantCulture, $"req_{++_requests}"), false);

    /// <summary>Stripe calls the parameter as the path does.</summary>
    private static StripeOutcome.Refused Missing(string collection, string id) =>
        Refused(404, "resource_missing", collection switch { "prices" => "price", "customers" => "customer", _ => "id" }, $"No such object: '{id}'");

    public static StripeOutcome.Refused Refused(int status, string? code, string? param, string message, string type = "invalid_request_error", string? limited = null) =>
        new(new StripeError(status, type, code, param, message, limited), "req", false);
}
