using System.Collections.Immutable;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Tests.Doubles;

/// <summary>A small Stripe: products with their features, prices, customers and meters with idempotency, lookup keys, default prices and lists. Faults are taken from
/// <see cref="Faults"/> in order, one a request that they apply to.</summary>
internal sealed class InMemoryStripe(TimeProvider time) : IStripeGateway
{
    private readonly Dictionary<string, (string Request, StripeOutcome Outcome)> _remembered = [];
    private readonly HashSet<string> _writing = [];
    private int _ids;

    /// <summary>Two writes to one object were under way at the same time.</summary>
    public bool Overlapped { get; private set; }

    public Dictionary<string, FieldValue.Object> Objects { get; } = [];

    /// <summary>Told of every request as it comes.</summary>
    public Action? Requested { get; set; }

    /// <summary>Everything that arrived, lists and reads included.</summary>
    public List<StripeRequest> Requests { get; } = [];

    public IEnumerable<StripeRequest> Writes => Requests.Where(r => r.Method != StripeMethod.Get);

    public List<Fault> Faults { get; } = [];

    /// <summary>What goes wrong each time, and is not executed.</summary>
    public Predicate<StripeRequest> Refuses { get; set; } = _ => false;

    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(100);

    public FieldValue.Object this[string id] => Objects[id];

    /// <summary>Current objects of a collection: those that are not archived.</summary>
    public IReadOnlyList<FieldValue.Object> Active(string prefix) =>
        [.. Objects.Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal) && o.Value.Members.GetValueOrDefault("active") is not FieldValue.Boolean { Value: false }).Select(o => o.Value)];

    public void ForgetKeys() => _remembered.Clear();

    public async Task<StripeOutcome> SendAsync(StripeRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        Requested?.Invoke();
        if (Refuses(request)) return Refused(500, "api_error", null, null, "no");
        var fault = Faults.Find(f => f.Matches(request));
        if (fault is not null) Faults.Remove(fault);
        var isWrite = request.Method != StripeMethod.Get && !request.PathTemplate.Equals(request.Path, StringComparison.Ordinal);
        if (isWrite) Overlapped |= !_writing.Add(request.Path);
        await Task.Delay(Latency, time, cancellationToken);
        if (isWrite) _writing.Remove(request.Path);
        if (fault is { Kind: FaultKind.Refuse }) return fault.Answer!;
        var outcome = Execute(request, fault?.Kind == FaultKind.FailAfterWrite ? fault.Answer : null);
        return fault is { Kind: FaultKind.LoseAnswer } ? new StripeOutcome.NoAnswer("the answer was lost", MayHaveExecuted: true) : outcome;
    }

    private StripeOutcome Execute(StripeRequest request, StripeOutcome? instead)
    {
        if (request.IdempotencyKey is not { } key) return Answer(request);
        var text = $"{request.Path}?{request.Form}";
        if (_remembered.TryGetValue(key, out var before))
        {
            if (before.Request != text) return Refused(400, "idempotency_error", null, null, "Keys for idempotent requests can only be used with the same parameters they were first used with.");
            return before.Outcome switch
            {
                StripeOutcome.Success s => s with { Replayed = true },
                StripeOutcome.Refused r => r with { Replayed = true },
                var other => other,
            };
        }

        var outcome = Answer(request);
        if (instead is not null) outcome = instead;
        if (outcome is StripeOutcome.Success or StripeOutcome.Refused { Error.Status: >= 500 }) _remembered[key] = (text, outcome);
        return outcome;
    }

    private StripeOutcome Answer(StripeRequest request)
    {
        var parts = request.Path.Replace("/billing/", "/", StringComparison.Ordinal).Replace("/entitlements/", "/", StringComparison.Ordinal).Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is [_, _, var product, "features", ..]) return Features(request, product, parts.ElementAtOrDefault(4));
        var id = parts.Length > 2 ? Uri.UnescapeDataString(parts[2]) : null;
        if (request.Method == StripeMethod.Get) return id is null ? List(parts[1], request.Form) : Objects.TryGetValue(id, out var found) ? Success(found) : Missing(parts[1], id);
        if (request.Method == StripeMethod.Delete) return Delete(parts[1], id!);
        if (parts.ElementAtOrDefault(3) == "deactivate") return Update(parts[1], id!, "status=inactive");
        return id is null ? Create(parts[1], request.Form) : Update(parts[1], id, request.Form);
    }

    private StripeOutcome Create(string collection, string form)
    {
        var chosen = FormText.Value(form, "id");
        if (chosen is not null && Objects.ContainsKey(chosen)) return Refused(400, "invalid_request_error", "resource_already_exists", "id", "Product already exists.");
        if (collection == "prices" && (FormText.Value(form, "product") is not { } product || !Objects.ContainsKey(product))) return Refused(400, "invalid_request_error", "resource_missing", "product", "No such product");
        if (collection == "meters" && Objects.Values.Any(o => o.Text("event_name") == FormText.Value(form, "event_name") && o.Text("status") == "active"))
            return Refused(400, "invalid_request_error", null, "event_name", "An active meter already uses the event name.");
        if (collection == "promotion_codes" && IsTaken(FormText.Value(form, "code"), null) is { } has) return has;
        var id = chosen ?? $"{Prefix(collection)}{++_ids}";
        if (TakeLookupKey(id, form) is { } taken) return taken;
        var made = FormText.Merge(Parameters.Empty.With("active", FieldValue.Of(true)), form).With("id", FieldValue.Of(id)).With("created", FieldValue.Of(time.GetUtcNow().ToUnixTimeSeconds()));
        if (collection is "customers" or "meters") made = new FieldValue.Object(made.Members.Remove("active"));
        if (collection == "meters") made = made.With("status", FieldValue.Of("active"));
        return Success(Objects[id] = made);
    }

    /// <summary>Each at most once on a product, and gone with it.</summary>
    private StripeOutcome Features(StripeRequest request, string product, string? id)
    {
        if (!Objects.ContainsKey(product)) return Missing("products", product);
        if (request.Method == StripeMethod.Delete) return Delete("features", id!);
        var attached = Objects.Values.Where(o => o.Text("of") == product).ToList();
        if (request.Method == StripeMethod.Get && id is not null) return Objects.TryGetValue(id, out var one) ? Success(one) : Missing("features", id);
        if (request.Method == StripeMethod.Get) return Success(Parameters.Empty.With("data", new FieldValue.List([.. attached])).With("has_more", FieldValue.Of(false)));
        var feature = FormText.Value(request.Form, "entitlement_feature")!;
        if (attached.Exists(o => o.Text("entitlement_feature") == feature))
            return Refused(400, "invalid_request_error", "resource_already_exists", "entitlement_feature", "This feature is already attached to the product.");
        var made = $"prodft_{++_ids}";
        var shown = Parameters.Empty.With("id", FieldValue.Of(feature)).With("metadata", Parameters.Empty);
        return Success(Objects[made] = Parameters.Empty.With("id", FieldValue.Of(made)).With("entitlement_feature", shown).With("of", FieldValue.Of(product)));
    }

    private StripeOutcome Update(string collection, string id, string form)
    {
        if (!Objects.TryGetValue(id, out var known)) return Missing(collection, id);
        if (FormText.Value(form, "active") == "false" && Objects.Values.Any(o => o.Text("default_price") == id))
            return Refused(400, "invalid_request_error", null, null, "This price cannot be archived because it is the default price of its product.");
        if (TakeLookupKey(id, form) is { } taken) return taken;
        if (FormText.Value(form, "active") == "true" && IsTaken(known.Text("code"), id) is { } has) return has;
        return Success(Objects[id] = FormText.Merge(known, form));
    }

    private StripeOutcome? IsTaken(string? code, string? by) =>
        code is not null && Objects.Any(o => o.Key != by && string.Equals(o.Value.Text("code"), code, StringComparison.OrdinalIgnoreCase) && o.Value.Members["active"] == FieldValue.Of(true))
            ? Refused(400, "invalid_request_error", null, "code", $"An active promotion code with `code: {code}` already exists.") : null;

    private StripeOutcome? TakeLookupKey(string id, string form)
    {
        if (FormText.Value(form, "lookup_key") is not { Length: > 0 } key) return null;
        var holder = Objects.FirstOrDefault(o => o.Key != id && IsPrice(o.Key) == IsPrice(id) && o.Value.Text("lookup_key") == key);
        if (holder.Key is null) return null;
        if (FormText.Value(form, "transfer_lookup_key") != "true") return Refused(400, "invalid_request_error", null, "lookup_key", $"A price (`{holder.Key}`) already uses that lookup key.");
        Objects[holder.Key] = holder.Value.With("lookup_key", FieldValue.Nothing);
        return null;
    }

    /// <summary>The lookup keys of features are a space of their own.</summary>
    private static bool IsPrice(string id) => id.StartsWith("price_", StringComparison.Ordinal);

    private StripeOutcome Delete(string collection, string id)
    {
        if (!Objects.ContainsKey(id)) return Missing(collection, id);
        if (collection == "products" && Objects.Values.Any(o => o.Text("product") == id))
            return Refused(400, "invalid_request_error", null, null, "This product cannot be deleted because it has one or more user-created prices.");
        Objects.Remove(id);
        return Success(Parameters.Empty.With("id", FieldValue.Of(id)).With("deleted", FieldValue.Of(true)));
    }

    private StripeOutcome.Success List(string collection, string form)
    {
        var product = FormText.Value(form, "product");
        var items = Objects.Values.Where(o => o.Text("id")!.StartsWith(Prefix(collection), StringComparison.Ordinal) && (product is null || o.Text("product") == product));
        var list = new FieldValue.List([.. items]);
        return Success(Parameters.Empty.With("data", list).With("has_more", FieldValue.Of(false)));
    }

    private static string Prefix(string collection) => collection switch { "products" => "shop_", "prices" => "price_", "customers" => "cus_", _ => collection };

    private static StripeOutcome.Success Success(FieldValue.Object body) => new StripeOutcome.Success(body, "req_1", false);

    /// <summary>Stripe calls the parameter as the path does.</summary>
    private static StripeOutcome Missing(string collection, string id) =>
        Refused(404, "invalid_request_error", "resource_missing", collection switch { "prices" => "price", "customers" => "customer", _ => "id" }, $"No such object: '{id}'");

    public static StripeOutcome Refused(int status, string type, string? code, string? param, string message) =>
        new StripeOutcome.Refused(new StripeError(status, type, code, param, message), "req_1", false);
}
