using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Answers;
using CdcStripeSync.Simulator.Events;
using CdcStripeSync.Simulator.Http;
using CdcStripeSync.Simulator.Lists;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>Events: read only, newest first, for 30 days.</summary>
internal static class EventRules
{
    private const long Kept = 30 * 24 * 3600;

    public static void Register(IDictionary<string, Handler> operations)
    {
        operations["GET /v1/events"] = List;
        operations["GET /v1/events/{id}"] = Get;
    }

    private static Answer.One Get(Execution execution, JsonObject parameters, string[] ids)
    {
        var log = execution.State.Events;
        return log.Position(ids[0]) is { } position && log.Ordered[position].Created > execution.Now - Kept
            ? new Answer.One(log.Ordered[position].ToJson(execution.State.LiveMode))
            : throw StripeErrorException.Missing(404, "event", ids[0], "id");
    }

    private static Answer.Page List(Execution execution, JsonObject parameters, string[] ids)
    {
        var log = execution.State.Events;
        var limit = ListQuery.Limit(parameters);
        var (after, before) = ((string?)parameters["starting_after"], (string?)parameters["ending_before"]);
        if (parameters.ContainsKey("type") && parameters.ContainsKey("types"))
            throw StripeErrorException.Invalid("parameters_exclusive", "You may only specify one of these parameters: type, types.", "type");
        if (parameters["types"] is JsonArray { Count: > 20 }) throw StripeErrorException.Invalid(null, "You may specify at most 20 types.", "types");
        var types = parameters["types"] is JsonArray several ? several.Select(t => (string)t!).ToList()
            : parameters["type"] is { } one ? [(string)one!] : null;
        var created = parameters.ContainsKey("created") ? ListFilter.Of("created", parameters["created"]) : null;
        var step = before is null ? -1 : 1;
        var cursor = after ?? before;
        var start = cursor is null
            ? log.Ordered.Count - 1
            : (log.Position(cursor) ?? throw StripeErrorException.Missing(400, "event", cursor, after is null ? "ending_before" : "starting_after")) + step;
        var page = new List<JsonObject>();
        var more = false;
        for (var i = start; i >= 0 && i < log.Ordered.Count; i += step)
        {
            var item = log.Ordered[i];
            if (item.Created <= execution.Now - Kept && step < 0) break;
            if (item.Created <= execution.Now - Kept || !Matches(item, types, created)) continue;
            if (page.Count == limit)
            {
                more = true;
                break;
            }

            page.Add(item.ToJson(execution.State.LiveMode));
        }

        if (step > 0) page.Reverse();
        return new Answer.Page(page, more, "/v1/events");
    }

    private static bool Matches(StripeEvent item, List<string>? types, ListFilter? created) =>
        (types is null || types.Exists(t => t == item.Type || (t.EndsWith(".*", StringComparison.Ordinal) && item.Type.StartsWith(t[..^1], StringComparison.Ordinal))))
        && (created is null || created.Matches(new JsonObject { ["created"] = item.Created }));
}
