using System.Globalization;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.History;
using CdcStripeSync.Simulation.Stripe;

namespace CdcStripeSync.Simulation.Checks;

/// <summary>What every executed write is held to. Told only of executions, never of replays.</summary>
/// <param name="state">Whose which object is.</param>
/// <param name="sold">Which rows are to be sold when.</param>
internal sealed class RequestChecks(InMemoryStateStore state, SoldRows sold)
{
    private static readonly Dictionary<string, HashSet<string>> Owned = new(StringComparer.Ordinal)
    {
        ["products"] = ["name", "description", "active", "metadata[sku]", "default_price"],
        ["prices"] = ["currency", "unit_amount_decimal", "lookup_key", "nickname", "active", "product"],
        ["customers"] = ["email", "name"],
    };

    /// <summary>What only another object can have otherwise.</summary>
    private static readonly string[] Fixed = ["product", "currency", "unit_amount_decimal"];

    private static readonly HashSet<string> OurOwn = ["id", "transfer_lookup_key", "metadata[cdc_key]", "metadata[cdc_intent]"];

    /// <summary>What a successor may carry over from its predecessor as read.</summary>
    private static readonly HashSet<string> CarriedOver = ["billing_scheme", "metadata[note]"];

    private readonly Dictionary<string, ulong> _positions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _intents = new(StringComparer.Ordinal);

    /// <summary>Stamps of snapshots: a transaction that was open meanwhile has older positions and comes later.</summary>
    public HashSet<ulong> Stamps { get; } = [];

    /// <summary>Keys that another row moved in under.</summary>
    public HashSet<string> MovedTo { get; } = new(StringComparer.Ordinal);

    /// <summary>Nobody has said yet whether objects may be created beside those of others.</summary>
    public bool CreatesWait { get; set; }

    /// <summary>Everything has settled, and nothing more comes.</summary>
    public bool IsAtRest { get; set; }

    /// <summary>Nothing goes wrong in this history: then no update says only what its object shows already.</summary>
    public bool NothingFails { get; init; }

    public void Before(StripeRequest request, StripeForm form, Catalogue catalogue)
    {
        if (request.Method == StripeMethod.Get) return;
        if (IsAtRest) throw new InvariantBrokenException("written when all had settled", $"{request.Method} {request.Path} {request.Form} ({request.Cause})");
        if (RequestCause.Of(request.Cause) is null) throw new InvariantBrokenException("no cause", $"{request.Method} {request.Path} {request.Form} says '{request.Cause}'");
        var parts = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (CreatesWait && parts.Length == 2) throw new InvariantBrokenException("created before told", $"{request.Path} {request.Form} ({request.Cause})");
        OnlyOwnedFields(parts[1], parts.Length == 2, form, request);
        if (NothingFails && parts.Length == 3 && request.Method == StripeMethod.Post) SaysNews(parts[2], form, catalogue, request);
        if (parts.Length == 3 && parts[1] == "prices" && form["active"] == "false") StillSells(parts[2], catalogue, request);
        if (parts is [_, "prices"] && form["metadata[cdc_key]"] is { } row) IsAnother(row, form, catalogue, request);
    }

    /// <param name="isLate">Sent by a process, or held on a way, that others may have gone on without: what it does is corrected by them.</param>
    public void After(StripeRequest request, StripeForm form, StripeOutcome outcome, Catalogue catalogue, bool isLate)
    {
        if (outcome is not StripeOutcome.Success || request.Method == StripeMethod.Get) return;
        InSourceOrder(request, form);
        var parts = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (form["metadata[cdc_intent]"] is { } intent && form["metadata[cdc_key]"] is { } made)
        {
            if (!_intents.TryAdd(intent, made)) throw new InvariantBrokenException("created twice", $"intent {intent} of {made} was carried out a second time");
            OneCurrent(parts[1], made, catalogue);
        }
        else if (!isLate && form["active"] == "true" && parts.Length == 3 && catalogue.Find(parts[2]) is { Row.Length: > 0 } shown) OneCurrent(parts[1], shown.Row, catalogue);
    }

    private static void OnlyOwnedFields(string collection, bool creates, StripeForm form, StripeRequest request)
    {
        foreach (var (name, _) in form.Pairs)
        {
            if (Owned[collection].Contains(name) || OurOwn.Contains(name) || (creates && CarriedOver.Contains(name))) continue;
            throw new InvariantBrokenException("unowned field sent", $"{name} in {request.Method} {request.Path} {request.Form}");
        }
    }

    /// <summary>Beside a successor its predecessor stands for a while, and no other.</summary>
    private void OneCurrent(string collection, string row, Catalogue catalogue)
    {
        var entity = EntityOf(row);
        var predecessor = entity?.Succession?.OldId ?? (IsSucceeding(entity) ? entity!.StripeId : null);
        var current = Current(collection, row, catalogue).Where(o => o.Id != predecessor).ToList();
        if (current.Count > 1) throw new InvariantBrokenException("two current objects", $"{row} has {string.Join(' ', current.Select(o => o.Id))} active, beside the predecessor {predecessor ?? "that it has not"}");
    }

    /// <summary>A successor differs from what it succeeds in a field that cannot be changed.</summary>
    private void IsAnother(string row, StripeForm form, Catalogue catalogue, StripeRequest request)
    {
        if (Current("prices", row, catalogue).FirstOrDefault(o => Fixed.All(f => o[f] == form[f])) is { } same)
            throw new InvariantBrokenException("needless succession", $"{same.Id} of {row} has all that {request.Form} asks for ({request.Cause})");
    }

    private static void SaysNews(string id, StripeForm form, Catalogue catalogue, StripeRequest request)
    {
        if (catalogue.Find(id) is { } shown && form.Pairs.All(p => p.Name == "transfer_lookup_key" || shown.Shows(p.Name, p.Value)))
            throw new InvariantBrokenException("needless update", $"{id} shows {request.Form} already ({request.Cause})");
    }

    private void StillSells(string id, Catalogue catalogue, StripeRequest request)
    {
        if (catalogue.Find(id) is not { IsActive: true } price || RequestCause.Of(request.Cause) is not { } cause) return;
        if (!int.TryParse(cause.Row["public.prices/".Length..], CultureInfo.InvariantCulture, out var row) || !sold.IsSold(row, cause.Position)) return;
        // Of a row that moved the predecessor carries the key from before, its successor the new one.
        if (!catalogue.Objects.Any(o => o != price && o.IsActive && o.Collection == "prices" && (o.Row == price.Row || o.Row == cause.Row)))
            throw new InvariantBrokenException("nothing to sell", $"{id} is archived and {price.Row} has no other price ({request.Cause})");
    }

    /// <summary>The row's active objects. What carries its key and is linked to another row, or is succeeded there, was this key's before: it says so a moment later, or when its
    /// archive is no longer held.</summary>
    private IEnumerable<StripeObject> Current(string collection, string row, Catalogue catalogue) =>
        catalogue.Objects.Where(o => o.IsActive && o.Collection == collection && o.Row == row && !state.Entities.Any(e => (e.StripeId == o.Id || e.Succession?.OldId == o.Id) && e.Key.RowText != row));

    private EntityState? EntityOf(string row) => state.Entities.FirstOrDefault(e => e.Key.RowText == row);

    private static bool IsSucceeding(EntityState? entity) => entity?.Intent is { } intent && PlanStepJson.Read(intent.StepJson).Kind == StepKind.CreateSuccessor;

    /// <summary>The cause says which row's which position a request comes from.</summary>
    private void InSourceOrder(StripeRequest request, StripeForm form)
    {
        if (RequestCause.Of(request.Cause) is not { } cause || Stamps.Contains(cause.Position)) return;
        var entity = cause.Entity;
        // Rows that follow one another under one key have an order each: that of their objects.
        if (MovedTo.Contains(cause.Row)) entity += " " + request.Path + " " + form["metadata[cdc_key]"];
        if (_positions.TryGetValue(entity, out var last) && LogOrder.Of(cause.Position) < LogOrder.Of(last)) throw new InvariantBrokenException("out of order", $"{entity}: a request of position {cause.Position:X} came after one of {last:X}");
        _positions[entity] = cause.Position;
    }
}
