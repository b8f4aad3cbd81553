using System.Globalization;
using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Answers;
using CdcStripeSync.Simulator.Http;
using CdcStripeSync.Simulator.Lists;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>Search, which sees writes late: never fit to read back what was just written.</summary>
internal static class SearchRules
{
    public static void Register(IDictionary<string, Handler> operations)
    {
        foreach (var (plural, singular) in new[] { ("products", "product"), ("prices", "price"), ("customers", "customer") })
            operations[$"GET /v1/{plural}/search"] = (execution, parameters, _) => Run(execution, parameters, singular, $"/v1/{plural}/search");
    }

    private static Answer.Found Run(Execution execution, JsonObject parameters, string objectName, string url)
    {
        var (clauses, any) = SearchClause.Parse((string)parameters["query"]!);
        var limit = ListQuery.Limit(parameters);
        var offset = 0;
        if (parameters["page"] is { } page && !int.TryParse((string)page!, NumberStyles.None, CultureInfo.InvariantCulture, out offset))
            throw StripeErrorException.Invalid(null, $"Invalid page: {page}", "page");
        var found = execution.State.Search.Visible(objectName)
            .Where(o => any ? clauses.Any(c => c.Matches(o)) : clauses.All(c => c.Matches(o)))
            .ToList();
        var next = offset + limit < found.Count ? (offset + limit).ToString(CultureInfo.InvariantCulture) : null;
        return new Answer.Found([.. found.Skip(offset).Take(limit)], next, url);
    }
}
