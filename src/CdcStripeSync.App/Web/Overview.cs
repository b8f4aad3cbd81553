using System.Text.Json.Nodes;
using CdcStripeSync.App.Activity;
using CdcStripeSync.App.Comparison;
using CdcStripeSync.Core.Catalogue;
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
    private readonly SemaphoreSlim _one = new(1);
    private (JsonObject Json, long At) _last;

    /// <summary>At most twice a second, whoever asks.</summary>
    public async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_last.Json is null || TimeProvider.System.GetElapsedTime(_last.At) > TimeSpan.FromMilliseconds(300))
                _last = (await BuildAsync(cancellationToken), TimeProvider.System.GetTimestamp());
            return _last.Json.ToJsonString();
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<JsonObject> BuildAsync(CancellationToken cancellationToken)
    {
        var shown = stripeObjects is null ? null : await stripeObjects(cancellationToken);
        var entities = await EntitiesAsync(cancellationToken);
        var waiting = activity.Waiting;
        var state = closed() is { } why ? $"paused: {why}" : shadow ? "shadow: nothing is sent" : "running";
        return new JsonObject
        {
            ["account"] = stamp.Account,
            ["mode"] = stamp.Mode,
            ["freshnessMs"] = activity.LastFreshness is { } seconds ? JsonValue.Create((long)Math.Max(0, seconds * 1000)) : null,
            ["lag"] = lag(),
            ["settled"] = activity.SettledCount,
            ["sent"] = activity.Requests,
            ["parked"] = waiting.Count,
            ["dead"] = activity.DeadLetters,
            ["state"] = state,
            ["resources"] = new JsonArray([.. mapping.Resources.Select(map => (JsonNode)Group(map, entities, waiting, shown?.GetValueOrDefault(map.Type.Name)))]),
            ["requests"] = new JsonArray([.. activity.Recent.Take(25).Select(r => (JsonNode)new JsonObject
            {
                ["request"] = r.Request, ["form"] = r.Form, ["outcome"] = r.Outcome, ["ok"] = r.Succeeded, ["milliseconds"] = Math.Round(r.Milliseconds, 1),
            })]),
        };
    }

    private async Task<List<EntityState>> EntitiesAsync(CancellationToken cancellationToken)
    {
        var keys = new List<EntityState>();
        foreach (var table in (await store.AuditAsync(500, cancellationToken)).Select(a => a.Entity.Table).Concat(activity.Waiting.Keys.Select(k => k.Table)).Distinct())
            keys.AddRange(await store.ListAsync(table, false, null, 500, cancellationToken));
        return keys;
    }

    private static JsonObject Group(ResourceMap map, List<EntityState> entities, IReadOnlyDictionary<EntityKey, ParkedRow> waiting, IReadOnlyList<FieldValue.Object>? shown)
    {
        var mine = entities.Where(e => e.Key.Resource == map.Name && e.Phase != EntityPhase.Renamed && (e.StripeId is not null || e.RowExists)).ToList();
        var objects = new JsonArray();
        foreach (var entity in mine.Take(MostObjects))
        {
            waiting.TryGetValue(entity.Key, out var parked);
            var current = shown?.FirstOrDefault(o => ObservedField.Text(o, "id") == entity.StripeId);
            var (state, tone) = (parked, entity.Phase, entity.RowExists) switch
            {
                ({ } row, _, _) => ($"waits: {row.Reason}", "wait"),
                (_, EntityPhase.Archived, _) => ("archived", ""),
                (_, EntityPhase.Kept, _) => ("kept", ""),
                (_, EntityPhase.Linked, true) => ("in step", "good"),
                _ => ("on its way", "wait"),
            };
            objects.Add(new JsonObject
            {
                ["key"] = entity.Key.Key,
                ["row"] = new JsonObject([.. entity.Row.OrderBy(c => c.Key, StringComparer.Ordinal).Where(c => c.Value.HasValue).Select(c => KeyValuePair.Create(c.Key, (JsonNode?)Short(c.Value.ToString())))]),
                ["stripe"] = new JsonObject([.. Fields(map, entity, current).Select(f => KeyValuePair.Create(f.Key, (JsonNode?)Short(f.Value)))]),
                ["stripeId"] = entity.StripeId,
                ["state"] = entity.RowExists ? state : parked is null && entity.Phase is EntityPhase.Archived ? "archived" : state,
                ["tone"] = tone,
                ["why"] = parked?.Message,
            });
        }

        return new JsonObject { ["resource"] = map.Name, ["total"] = mine.Count, ["objects"] = objects };
    }

    private static IEnumerable<KeyValuePair<string, string>> Fields(ResourceMap map, EntityState entity, FieldValue.Object? current) =>
        map.Fields.Select(f => f.Path).Append(FieldPath.Parse("active")).Distinct()
            .Select(path => KeyValuePair.Create(path.ToString(), current is not null ? ObservedField.At(current, path) : entity.Base.GetValueOrDefault(path.ToString())?.Value ?? FieldValue.Nothing))
            .Where(f => !f.Value.IsNone && f.Value is not FieldValue.List { Items.Length: 0 })
            .Select(f => KeyValuePair.Create(f.Key, f.Value is FieldValue.Text text ? text.Value : FieldValueJson.ToJson(f.Value)));

    private static string Short(string text) => text.Length > 80 ? text[..80] + "…" : text;
}
