using System.Collections.Immutable;
using System.Globalization;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Planning;

/// <summary>As much of Stripe as a plan can trip over: immutable fields, one lookup key, a default price that stays active.</summary>
internal sealed class TinyStripe
{
    private static readonly HashSet<string> Updatable = new(StringComparer.Ordinal)
    {
        "active", "currency_options", "lookup_key", "metadata", "nickname", "tax_behavior", "transfer_lookup_key",
    };

    private readonly Dictionary<string, FieldValue.Object> _objects = new(StringComparer.Ordinal);
    private int _made;

    public List<string> Requests { get; } = [];

    public FieldValue.Object this[string id] => _objects[id];

    public FieldValue.Object? Find(string id) => _objects.GetValueOrDefault(id);

    public IEnumerable<FieldValue.Object> All => _objects.Values;

    public IEnumerable<FieldValue.Object> ActivePrices => All.Where(o => o.Text("object") == "price" && o.At("active") == FieldValue.Of(true));

    public void Product(string id) => _objects[id] = Parameters.Empty.With("id", FieldValue.Of(id)).With("object", FieldValue.Of("product")).With("active", FieldValue.Of(true));

    public void Put(string id, string json) => _objects[id] = ((FieldValue.Object)FieldValueJson.Parse(json)).With("id", FieldValue.Of(id));

    public void Remove(string id) => _objects.Remove(id);

    /// <summary>Somebody edits in Stripe's dashboard.</summary>
    public void Edit(string id, string path, FieldValue value) => _objects[id] = _objects[id].With(Core.Catalogue.FieldPath.Parse(path), value);

    /// <exception cref="StripeRefusedException">Stripe would answer 400.</exception>
    public FieldValue.Object Send(StripeCommand command)
    {
        Requests.Add($"{command.Method} {command.Path} {FormEncoder.Encode(command.Parameters)}");
        var parts = command.Path.Replace("/billing/", "/", StringComparison.Ordinal).Replace("/entitlements/", "/", StringComparison.Ordinal).Split('/', StringSplitOptions.RemoveEmptyEntries);
        var resource = parts[1].TrimEnd('s');
        return (command.Method, parts.Length) switch
        {
            ("POST", 2) => Create(resource, command.Parameters),
            ("POST", 3) => Update(parts[2], command.Parameters),
            ("POST", 4) => Update(parts[2], Parameters.Empty.With("status", FieldValue.Of(parts[3] == "deactivate" ? "inactive" : "active"))),
            ("DELETE", 3) => Delete(parts[2]),
            _ => throw new StripeRefusedException($"Unrecognized request URL ({command.Method}: {command.Path})."),
        };
    }

    private FieldValue.Object Create(string resource, FieldValue.Object parameters)
    {
        if (parameters.Members.Values.Any(v => v.IsNone)) throw new StripeRefusedException("You passed an empty string: parameter_invalid_empty");
        if (resource == "feature" && parameters.Members.Keys.FirstOrDefault(p => p is not ("lookup_key" or "name" or "metadata")) is { } unknown) throw new StripeRefusedException($"Received unknown parameter: {unknown}");
        var id = parameters.Text("id") ?? string.Create(CultureInfo.InvariantCulture, $"{resource}_{++_made}");
        if (_objects.ContainsKey(id)) throw new StripeRefusedException("resource_already_exists");
        var made = parameters.With("id", FieldValue.Of(id)).With("object", FieldValue.Of(resource));
        if (!made.Members.ContainsKey("active")) made = made.With("active", FieldValue.Of(true));
        if (resource == "price")
        {
            if (!made.Members.ContainsKey("tax_behavior")) made = made.With("tax_behavior", FieldValue.Of("unspecified"));
            if (made.At("recurring") is FieldValue.Object recurring && !recurring.Members.ContainsKey("interval_count")) made = made.With("recurring", recurring.With("interval_count", FieldValue.Of(1)));
            made = Claim(made);
        }

        return _objects[id] = made;
    }

    private FieldValue.Object Update(string id, FieldValue.Object parameters)
    {
        var now = _objects.GetValueOrDefault(id) ?? throw new StripeRefusedException($"No such object: '{id}'");
        var isPrice = now.Text("object") == "price";
        foreach (var (name, value) in parameters.Members)
        {
            if (name is "address" && value is FieldValue.Object { Members: var members } && members.Values.Any(m => m.IsNone)) throw new StripeRefusedException("You passed an empty string: parameter_invalid_empty");
            if (isPrice && !Updatable.Contains(name)) throw new StripeRefusedException($"Received unknown parameter: {name}");
            if (isPrice && name == "tax_behavior" && now.Text(name) is not (null or "unspecified")) throw new StripeRefusedException("You cannot update `tax_behavior` field once it has been specified.");
            if (isPrice && name == "active" && value == FieldValue.Of(false) && All.Any(o => o.Text("default_price") == id)) throw new StripeRefusedException("This price cannot be archived because it is the default price of its product.");
            if (name == "default_price" && value is FieldValue.Text price && (_objects[price.Value].At("active") != FieldValue.Of(true) || _objects[price.Value].Text("product") != id))
                throw new StripeRefusedException("default_price must be an active price of the product");
            now = now.With(name, name switch
            {
                "metadata" => Merged(now.At("metadata") as FieldValue.Object, value),
                "currency_options" when isPrice => WithCurrencies(now.At("currency_options") as FieldValue.Object ?? Parameters.Empty, (FieldValue.Object)value),
                _ => value,
            });
        }

        return _objects[id] = Claim(now);
    }

    private FieldValue.Object Delete(string id)
    {
        if (All.Any(o => o.Text("product") == id)) throw new StripeRefusedException("This product cannot be deleted because it has one or more user-created prices.");
        _objects.Remove(id);
        return Parameters.Empty.With("id", FieldValue.Of(id)).With("deleted", FieldValue.Of(true));
    }

    private FieldValue.Object Claim(FieldValue.Object claimant)
    {
        var transfers = claimant.Members.ContainsKey("transfer_lookup_key");
        claimant = new FieldValue.Object(claimant.Members.Remove("transfer_lookup_key"));
        if (claimant.Text("lookup_key") is not { } key) return claimant;
        foreach (var other in All.Where(o => o.Text("lookup_key") == key && o.Text("id") != claimant.Text("id")).ToList())
        {
            if (!transfers) throw new StripeRefusedException($"A price (`{other.Text("id")}`) already uses that lookup key.");
            _objects[other.Text("id")!] = other.With("lookup_key", FieldValue.Nothing);
        }

        return claimant;
    }

    private static FieldValue.Object WithCurrencies(FieldValue.Object options, FieldValue.Object sent)
    {
        foreach (var (currency, option) in sent.Members)
        {
            var standing = options.Members.GetValueOrDefault(currency) as FieldValue.Object;
            foreach (var (field, wanted) in standing is null ? Parameters.Empty.Members : ((FieldValue.Object)option).Members)
            {
                if (standing!.At(field) == wanted) continue;
                if (field != "tax_behavior" || standing!.Text(field) is not (null or "unspecified")) throw new StripeRefusedException("You are attempting to update an immutable field for an existing currency in currency_options.");
                standing = standing!.With(field, wanted);
            }

            options = options.With(currency, standing ?? option);
        }

        return options;
    }

    private static FieldValue.Object Merged(FieldValue.Object? now, FieldValue sent)
    {
        var members = now?.Members ?? Parameters.Empty.Members;
        foreach (var (key, value) in ((FieldValue.Object)sent).Members) members = value.IsNone ? members.Remove(key) : members.SetItem(key, value);
        return new FieldValue.Object(members);
    }
}
