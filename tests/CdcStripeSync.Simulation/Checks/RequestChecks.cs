using System.Globalization;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.History;
using CdcStripeSync.Simulation.Stripe;

namespace CdcStripeSync.Simulation.Checks;

/// <summary>What every executed write is held to. Told only of executions, never of replays.</summary>
internal sealed class RequestChecks
{
    private static readonly Dictionary<string, HashSet<string>> Owned = new(StringComparer.Ordinal)
    {
        ["products"] = ["name", "description", "active", "metadata[sku]", "default_price"],
        ["prices"] = ["currency", "unit_amount_decimal", "lookup_key", "nickname", "active", "product"],
        ["customers"] = ["email", "name"],
    };

    private static readonly HashSet<string> OurOwn = ["id", "transfer_lookup_key", "metadata[cdc_key]", "metadata[cdc_intent]"];

    /// <summary>What a successor may carry over from its predecessor as read.</summary>
    private static readonly HashSet<string> CarriedOver = ["billing_scheme", "metadata[note]"];

    private readonly Dictionary<string, ulong> _positions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _intents = new(StringComparer.Ordinal);

    /// <summary>Rows that were gone, hidden or moved at some time: only these may be without an active price.</summary>
    public HashSet<string> MayStopSelling { get; } = new(StringComparer.Ordinal);

    /// <summary>Stamps of snapshots: a transaction that was open meanwhile has older positions and comes later.</summary>
    public HashSet<ulong> Stamps { get; } = [];

    /// <summary>Rows whose key another row had before.</summary>
    public HashSet<string> Moved { get; } = new(StringComparer.Ordinal);

    /// <summary>Keys that another row moved in under.</summary>
    public HashSet<string> MovedTo { get; } = new(StringComparer.Ordinal);

    /// <summary>Objects of rows whose key another row has by now, and whose archive is held: they carry its key, and are not its own.</summary>
    public Func<string, bool> IsSetAside { get; set; } = _ => false;

    /// <summary>Nobody has said yet whether objects may be created beside those of others.</summary>
    public bool CreatesWait { get; set; }

    public void Before(StripeRequest request, StripeForm form, Catalogue catalogue)
    {
        if (request.Method == StripeMethod.Get) return;
        var parts = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (CreatesWait && parts.Length == 2) throw new InvariantBrokenException("created before told", $"{request.Path} {request.Form} ({request.Cause})");
        OnlyOwnedFields(parts[1], parts.Length == 2, form, request);
        if (parts.Length == 3 && parts[1] == "prices" && form["active"] == "false") StillSells(parts[2], catalogue, request);
    }

    public void After(StripeRequest request, StripeForm form, StripeOutcome outcome, Catalogue catalogue)
    {
        if (outcome is StripeOutcome.Success && request.Method != StripeMethod.Get) InSourceOrder(request, form);
        if (outcome is not StripeOutcome.Success || form["metadata[cdc_intent]"] is not { } intent || form["metadata[cdc_key]"] is not { } row) return;
        if (!_intents.TryAdd(intent, row)) throw new InvariantBrokenException("created twice", $"intent {intent} of {row} was carried out a second time");
        if (Moved.Contains(row)) return; // an object that moved away says so a moment later
        var current = catalogue.Objects.Count(o => o.IsActive && o.Row == row && o.Collection == request.Path[4..] && !IsSetAside(o.Id));
        if (current > (request.Path == "/v1/prices" ? 2 : 1)) throw new InvariantBrokenException("two current objects", $"{row} has {current} active objects");
    }

    private static void OnlyOwnedFields(string collection, bool creates, StripeForm form, StripeRequest request)
    {
        foreach (var (name, _) in form.Pairs)
        {
            if (Owned[collection].Contains(name) || OurOwn.Contains(name) || (creates && CarriedOver.Contains(name))) continue;
            throw new InvariantBrokenException("unowned field sent", $"{name} in {request.Method} {request.Path} {request.Form}");
        }
    }

    private void StillSells(string id, Catalogue catalogue, StripeRequest request)
    {
        if (catalogue.Find(id) is not { IsActive: true } price || MayStopSelling.Contains(price.Row)) return;
        if (!catalogue.Objects.Any(o => o != price && o.IsActive && o.Collection == "prices" && o.Row == price.Row))
            throw new InvariantBrokenException("nothing to sell", $"{id} is archived and {price.Row} has no other price ({request.Cause})");
    }

    /// <summary>The cause says which row's which position a request comes from.</summary>
    private void InSourceOrder(StripeRequest request, StripeForm form)
    {
        var at = request.Cause.IndexOf(" at lsn:", StringComparison.Ordinal);
        if (at < 0) return;
        var entity = request.Cause[..at];
        // Rows that follow one another under one key have an order each: that of their objects.
        if (MovedTo.Contains(entity[(entity.IndexOf(':', StringComparison.Ordinal) + 1)..])) entity += " " + request.Path + " " + form["metadata[cdc_key]"];
        var halves = request.Cause[(at + 8)..].Split('/');
        var position = (ulong.Parse(halves[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture) << 32) | ulong.Parse(halves[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        if (Stamps.Contains(position)) return;
        if (_positions.TryGetValue(entity, out var last) && LogOrder.Of(position) < LogOrder.Of(last)) throw new InvariantBrokenException("out of order", $"{entity}: a request of position {position:X} came after one of {last:X}");
        _positions[entity] = position;
    }
}
