using System.Text.Json.Nodes;
using CdcStripeSync.App.Activity;
using CdcStripeSync.App.Comparison;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Web;

/// <summary>What the page shows: rows beside their objects, lag, and the newest requests.</summary>
/// <param name="stripeObjects">Objects as Stripe lists them now, by resource; null where lists are not read (then what Stripe last confirmed is shown).</param>
internal sealed class Overview(
    Mapping mapping, IStateStore store, ActivityLog activity, StoreStamp stamp, Func<long> lag, Func<string?> closed, bool shadow,
    Func<CancellationToken, Task<IReadOnlyDictionary<string, IReadOnlyList<FieldValue.Object>>>>? stripeObjects) : IDisposable
{
    private const int MostObjects = 100;
    private const int MostRows = 500;

    private readonly LastKnown<ShownRows> _rows =
        new(token => RowsAsync(store, stripeObjects, token), TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(10), TimeProvider.System);

    private readonly LastKnown<StandingCounts> _standing = new(store.StandingAsync, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeProvider.System);

    /// <summary>What the page shows, as JSON; rows as last known while the store is away.</summary>
    /// <exception cref="InvalidOperationException">The rows could not be read yet.</exception>
    public async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        var rows = await _rows.ReadAsync(cancellationToken) ?? throw new InvalidOperationException(_rows.Fault);
        return Json(rows, await StandingAsync(cancellationToken)).ToJsonString();
    }

    /// <summary>What waits and what stands by the store's word, as last known; null before the first answer.</summary>
    public Task<StandingCounts?> StandingAsync(CancellationToken cancellationToken) => _standing.ReadAsync(cancellationToken);

    public void Dispose()
    {
        _rows.Dispose();
        _standing.Dispose();
    }

    private JsonObject Json(ShownRows rows, StandingCounts? standing) => new()
    {
        ["account"] = stamp.Account,
        ["mode"] = stamp.Mode,
        ["freshnessMs"] = activity.CurrentFreshness is { } seconds ? JsonValue.Create((long)Math.Max(0, seconds * 1000)) : null,
        ["lag"] = lag(),
        ["settled"] = activity.SettledCount,
        ["sent"] = activity.Requests,
        ["parked"] = standing?.AllParked,
        ["reasons"] = standing is null ? null : new JsonObject(standing.Parked.OrderBy(p => p.Key).Select(p => KeyValuePair.Create(p.Key.ToString(), (JsonNode?)p.Value))),
        ["dead"] = standing?.DeadLetters,
        ["state"] = State(),
        ["resources"] = new JsonArray([.. mapping.Resources.Select(map => (JsonNode)Group(map, rows))]),
        ["requests"] = new JsonArray([.. activity.Recent.Take(25).Select(r => (JsonNode)new JsonObject
        {
            ["request"] = r.Request, ["form"] = r.Form, ["outcome"] = r.Outcome, ["ok"] = r.Succeeded, ["milliseconds"] = Math.Round(r.Milliseconds, 1),
        })]),
    };

    private string State() => (closed(), _rows.Fault ?? _standing.Fault) switch
    {
        ({ } why, _) => $"paused: {why}",
        (_, { } fault) => $"rows as last known: {fault}",
        _ => shadow ? "shadow: nothing is sent" : "running",
    };

    private static async Task<ShownRows> RowsAsync(
        IStateStore store, Func<CancellationToken, Task<IReadOnlyDictionary<string, IReadOnlyList<FieldValue.Object>>>>? stripeObjects, CancellationToken cancellationToken)
    {
        var objects = stripeObjects is null ? null : await stripeObjects(cancellationToken);
        var settled = await store.AuditAsync(MostRows, cancellationToken);
        var waiting = await store.ParkedAsync(null, MostRows, cancellationToken);
        var entities = new List<EntityState>();
        var cut = new HashSet<TableId>();
        foreach (var table in settled.Select(a => a.Entity.Table).Concat(waiting.Select(p => p.Key.Table)).Distinct())
        {
            var listed = await store.ListAsync(table, false, null, MostRows, cancellationToken);
            if (listed.Count == MostRows) cut.Add(table);
            entities.AddRange(listed);
        }

        var parked = await store.ParkedAsync([.. entities.Select(e => e.Key)], cancellationToken);
        return new ShownRows(entities, cut, parked.ToDictionary(p => p.Key), objects);
    }

    private static JsonObject Group(ResourceMap map, ShownRows rows)
    {
        var shown = rows.Objects?.GetValueOrDefault(map.Type.Name);
        var mine = rows.Entities.Where(e => e.Key.Resource == map.Name && e.Phase != EntityPhase.Renamed && (e.StripeId is not null || e.RowExists)).ToList();
        var objects = new JsonArray();
        foreach (var entity in mine.Take(MostObjects))
        {
            rows.Waiting.TryGetValue(entity.Key, out var parked);
            var current = shown?.FirstOrDefault(o => ObservedField.Text(o, "id") == entity.StripeId);
            var (state, tone) = Standing(entity, parked);
            objects.Add(new JsonObject
            {
                ["key"] = entity.Key.Key,
                ["row"] = new JsonObject([.. entity.Row.OrderBy(c => c.Key, StringComparer.Ordinal).Where(c => c.Value.HasValue).Select(c => KeyValuePair.Create(c.Key, (JsonNode?)Short(c.Value.ToString())))]),
                ["stripe"] = new JsonObject([.. Fields(map, entity, current).Select(f => KeyValuePair.Create(f.Key, (JsonNode?)Short(f.Value)))]),
                ["stripeId"] = entity.StripeId,
                ["state"] = state,
                ["tone"] = tone,
                ["why"] = parked?.Message,
            });
        }

        return new JsonObject { ["resource"] = map.Name, ["total"] = mine.Count, ["more"] = mine.Exists(e => rows.Cut.Contains(e.Key.Table)), ["objects"] = objects };
    }

    /// <summary>Where the row stands, and the tone in which that is said. While one of its requests is open, or a successor takes over, Stripe may show anything.</summary>
    private static (string State, string Tone) Standing(EntityState entity, ParkedRow? parked) => (parked, entity.Phase, entity.RowExists) switch
    {
        ({ } row, _, _) => ($"waits: {row.Reason}", "wait"),
        _ when entity is not { Intent: null, Succession: null } => ("on its way", "wait"),
        (_, EntityPhase.Archived, _) => ("archived", ""),
        (_, EntityPhase.Kept, _) => ("kept", ""),
        (_, EntityPhase.Linked, true) => ("in step", "good"),
        _ => ("on its way", "wait"),
    };

    private static IEnumerable<KeyValuePair<string, string>> Fields(ResourceMap map, EntityState entity, FieldValue.Object? current) =>
        map.Fields.Select(f => f.Path).Append(FieldPath.Parse("active")).Distinct()
            .Select(path => KeyValuePair.Create(path.ToString(), current is not null ? ObservedField.At(current, path) : entity.Base.GetValueOrDefault(path.ToString())?.Value ?? FieldValue.Nothing))
            .Where(f => !f.Value.IsNone && f.Value is not FieldValue.List { Items.Length: 0 })
            .Select(f => KeyValuePair.Create(f.Key, f.Value is FieldValue.Text text ? text.Value : FieldValueJson.ToJson(f.Value)));

    private static string Short(string text) => text.Length > 80 ? text[..80] + "…" : text;
}
