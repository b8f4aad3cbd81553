using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Answers;
using CdcStripeSync.Simulator.Http;
using CdcStripeSync.Simulator.State;

namespace CdcStripeSync.Simulator.Lists;

/// <summary>A page of a collection, newest first, between cursors, narrowed by the request's filters.</summary>
internal static class ListQuery
{
    private static readonly HashSet<string> NotFilters = ["limit", "starting_after", "ending_before", "expand"];

    public static Answer.Page Run(ObjectCollection collection, JsonObject parameters, string url, string noun)
    {
        var limit = Limit(parameters);
        var after = (string?)parameters["starting_after"];
        var before = (string?)parameters["ending_before"];
        if (after is not null && before is not null)
            throw StripeErrorException.Invalid("parameters_exclusive", "You may only specify one of these parameters: ending_before, starting_after.", "starting_after");
        if (parameters.ContainsKey("ids") && (after ?? before) is not null)
            throw StripeErrorException.Invalid("parameters_exclusive", "You cannot specify ids together with starting_after or ending_before.", "ids");
        if (parameters["lookup_keys"] is JsonArray { Count: > 10 })
            throw StripeErrorException.Invalid(null, "You may specify at most 10 lookup_keys.", "lookup_keys");

        var candidates = Candidates(collection, parameters);
        var filters = parameters.Where(p => !NotFilters.Contains(p.Key)).Select(p => ListFilter.Of(p.Key, p.Value)).ToList();
        var step = before is null ? -1 : 1;
        var start = Start(collection, candidates, after ?? before, step, noun, before is null ? "starting_after" : "ending_before");
        var page = new List<JsonObject>(Math.Min(limit, 16));
        var more = false;
        for (var i = start; i >= 0 && i < candidates.Count; i += step)
        {
            var json = candidates[i].Json;
            if (!filters.TrueForAll(f => f.Matches(json))) continue;
            if (page.Count == limit)
            {
                more = true;
                break;
            }

            page.Add(json);
        }

        if (step > 0) page.Reverse();
        return new Answer.Page(page, more, url);
    }

    public static int Limit(JsonObject parameters)
    {
        if (parameters["limit"] is not { } limit) return 10;
        var value = (long)limit;
        if (value < 1) throw StripeErrorException.Invalid("parameter_invalid_integer", "This value must be greater than or equal to 1.", "limit");
        if (value > 100) throw StripeErrorException.Invalid("parameter_invalid_integer", "This value must be less than or equal to 100 (it currently is '" + value + "').", "limit");
        return (int)value;
    }

    private static int Start(ObjectCollection collection, IReadOnlyList<Entry> candidates, string? cursor, int step, string noun, string parameter)
    {
        if (cursor is null) return candidates.Count - 1;
        var entry = collection.Find(cursor) ?? throw StripeErrorException.Missing(400, noun, cursor, parameter);
        var position = ObjectCollection.Position(candidates, entry.Sequence);
        if (position >= 0) return position + step;
        return step < 0 ? ~position - 1 : ~position;
    }

    private static IReadOnlyList<Entry> Candidates(ObjectCollection collection, JsonObject parameters)
    {
        if (parameters["ids"] is JsonArray ids)
            return Sorted(ids.Select(i => collection.Find((string)i!)).OfType<Entry>().Distinct());
        if (parameters["lookup_keys"] is JsonArray keys && collection.IsIndexed("lookup_key"))
            return Sorted(keys.SelectMany(k => collection.With("lookup_key", (string)k!)).Distinct());
        foreach (var (name, value) in parameters)
        {
            if (value is JsonValue && collection.IsIndexed(name)) return collection.With(name, (string)value!);
        }

        return collection.Ordered;
    }

    private static Entry[] Sorted(IEnumerable<Entry> entries) => [.. entries.OrderBy(e => e.Sequence)];
}
