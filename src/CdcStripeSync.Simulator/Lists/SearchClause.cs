using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Lists;

/// <summary>One condition of a search: <c>name~"tea"</c>, <c>-metadata["sku"]:"1"</c>, <c>created&gt;=1700000000</c>, <c>metadata["x"]:null</c>.</summary>
internal sealed partial record SearchClause(bool Negated, string Field, string? Key, string Operator, string? Value)
{
    /// <summary>The clauses of a query, joined all by AND or all by OR.</summary>
    public static (IReadOnlyList<SearchClause> Clauses, bool Any) Parse(string query)
    {
        var clauses = new List<SearchClause>();
        string? joiner = null;
        var position = 0;
        while (true)
        {
            var match = Clause().Match(query, position);
            if (!match.Success) throw Unreadable(query, position);
            var text = match.Groups["text"];
            clauses.Add(new SearchClause(
                match.Groups["not"].Length > 0,
                match.Groups["field"].Value,
                match.Groups["key"] is { Success: true } key ? key.Value : null,
                match.Groups["op"].Value,
                text.Success ? text.Value.Replace("\\\"", "\"", StringComparison.Ordinal)
                    : match.Groups["bare"].Value is "null" ? null : match.Groups["bare"].Value));
            position = match.Index + match.Length;
            if (string.IsNullOrWhiteSpace(query[position..])) return (clauses, joiner == "OR");
            var join = Joiner().Match(query, position);
            var word = join.Success ? join.Groups["word"].Value.ToUpperInvariant() : "AND";
            if (joiner is not null && joiner != word) throw StripeErrorException.Invalid(null, "You cannot combine AND with OR in one search query.", "query");
            joiner = word;
            position += join.Length;
        }
    }

    public bool Matches(JsonObject json) => Holds(json) != Negated;

    private bool Holds(JsonObject json)
    {
        var node = Key is null ? json[Field] : (json[Field] as JsonObject)?[Key];
        if (Value is null) return node is null;
        if (node is null) return false;
        var text = node is JsonValue value && value.TryGetValue<string>(out var plain) ? plain : node.ToJsonString();
        return Operator switch
        {
            ":" => string.Equals(text, Value, StringComparison.OrdinalIgnoreCase),
            "~" => text.Contains(Value, StringComparison.OrdinalIgnoreCase),
            _ => Compare(text),
        };
    }

    private bool Compare(string text)
    {
        if (!decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var left)
            || !decimal.TryParse(Value, NumberStyles.Number, CultureInfo.InvariantCulture, out var right)) return false;
        return Operator switch
        {
            ">" => left > right,
            ">=" => left >= right,
            "<" => left < right,
            _ => left <= right,
        };
    }

    private static StripeErrorException Unreadable(string query, int position) => StripeErrorException.Invalid(null,
        $"We were unable to parse your search query at '{query[position..]}'. Try using the format `metadata[\"key\"]:\"value\"`.", "query");

    [GeneratedRegex("""\G\s*(?<not>-?)(?<field>[a-z_]+)(\[["'](?<key>[^"']+)["']\])?(?<op>:|~|>=|<=|>|<)("(?<text>(\\"|[^"])*)"|'(?<text>[^']*)'|(?<bare>[^\s"']+))""")]
    private static partial Regex Clause();

    [GeneratedRegex(@"\G\s+(?<word>AND|OR|and|or)(?=\s)")]
    private static partial Regex Joiner();
}
