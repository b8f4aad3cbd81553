using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CdcStripeSync.App.Replay;

/// <summary>A replay's result as one JSON document.</summary>
internal static class ReplayJson
{
    public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(ReplayResult result) => new JsonObject
    {
        ["requests"] = new JsonArray([.. result.Requests.Select(r => (JsonNode)new JsonObject
        {
            ["method"] = r.Method,
            ["path"] = r.Path,
            ["parameters"] = Parameters(r.Parameters.Select(p => (p.Key, p.Value))),
            ["idempotency_key"] = r.IdempotencyKey,
            ["status"] = r.Status,
            ["change"] = r.Cause is null ? null : Uri.UnescapeDataString(r.Cause),
        })]),
        ["objects"] = Objects(result.Objects),
        ["parked"] = new JsonArray([.. result.Parked.OrderBy(p => p.Key.ToString(), StringComparer.Ordinal).Select(p => (JsonNode)new JsonObject
        {
            ["key"] = p.Key.ToString(), ["reason"] = p.Reason.ToString(), ["waits_for"] = p.WaitsFor, ["message"] = p.Message, ["hint"] = p.Hint,
        })]),
        ["dead_letters"] = new JsonArray([.. result.DeadLetters.Select(d => (JsonNode)new JsonObject
        {
            ["record"] = d.Record.Origin.ToString(), ["key"] = d.Entity?.ToString(), ["error"] = d.Error, ["hint"] = d.Hint,
        })]),
        ["counts"] = new JsonObject([.. result.Counts.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)JsonValue.Create(c.Value)))]),
        ["alarms"] = new JsonArray([.. result.Alarms.Select(a => (JsonNode)JsonValue.Create(a))]),
    }.ToJsonString(Indented);

    /// <summary>By resource, in the order of their names.</summary>
    public static JsonObject Objects(IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> objects) =>
        new([.. objects.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => KeyValuePair.Create(o.Key, (JsonNode?)new JsonArray([.. o.Value.Select(x => x.DeepClone())])))]);

    /// <summary>Repeated names keep each value: a second one makes a list.</summary>
    private static JsonObject Parameters(IEnumerable<(string Name, string Value)> parameters)
    {
        var json = new JsonObject();
        foreach (var group in parameters.GroupBy(p => p.Name))
            json[group.Key] = group.Count() == 1 ? group.First().Value : new JsonArray([.. group.Select(p => (JsonNode)JsonValue.Create(p.Value))]);
        return json;
    }

}
