using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CdcStripeSync.EndToEnd.Tests.House;

/// <summary>Judges JSON by a JSON schema, as far as the Compose specification's schema uses one. A word that it does not know is an error, not passed over.</summary>
internal sealed class SchemaJudge(JsonObject schema)
{
    private static readonly HashSet<string> Silent = new(StringComparer.Ordinal) { "$schema", "$id", "title", "description", "default", "deprecated", "definitions", "format", "examples" };

    /// <returns>What is wrong, each with its place; empty where it fits.</returns>
    public IReadOnlyList<string> Judge(JsonNode? value) => [.. Judge("", value, schema)];

    private IEnumerable<string> Judge(string at, JsonNode? value, JsonObject rule) => rule.SelectMany(r => r.Key switch
    {
        "$ref" => Judge(at, value, Referred(r.Value!.GetValue<string>())),
        "type" => IsOfType(value, r.Value!) ? [] : [$"{at}: {Kind(value)} is not {r.Value!.ToJsonString()}"],
        "enum" => r.Value!.AsArray().Any(e => JsonNode.DeepEquals(e, value)) ? [] : [$"{at}: {value?.ToJsonString()} is none of {r.Value!.ToJsonString()}"],
        "oneOf" => OneOf(at, value, r.Value!.AsArray()),
        "required" => value is JsonObject o ? r.Value!.AsArray().Select(n => n!.GetValue<string>()).Where(n => !o.ContainsKey(n)).Select(n => $"{at}: {n} is missing") : [],
        "properties" => value is JsonObject o ? o.Where(m => r.Value![m.Key] is not null).SelectMany(m => Judge($"{at}/{m.Key}", m.Value, r.Value![m.Key]!.AsObject())) : [],
        "patternProperties" => value is JsonObject o ? o.SelectMany(m => r.Value!.AsObject().Where(p => Regex.IsMatch(m.Key, p.Key)).SelectMany(p => Judge($"{at}/{m.Key}", m.Value, p.Value!.AsObject()))) : [],
        "additionalProperties" => value is JsonObject o ? o.Where(m => !IsNamed(m.Key, rule)).SelectMany(m => Additional($"{at}/{m.Key}", m.Value, r.Value!)) : [],
        "items" => value is JsonArray a ? a.SelectMany((item, i) => Judge($"{at}/{i}", item, r.Value!.AsObject())) : [],
        "uniqueItems" => value is JsonArray a && a.Select(i => i?.ToJsonString()).Distinct().Count() < a.Count ? [$"{at}: an item stands twice"] : [],
        "minimum" => Number(value) < r.Value!.GetValue<double>() ? [$"{at}: {value} is below {r.Value}"] : [],
        "maximum" => Number(value) > r.Value!.GetValue<double>() ? [$"{at}: {value} is above {r.Value}"] : [],
        "pattern" => value?.GetValueKind() == JsonValueKind.String && !Regex.IsMatch(value.GetValue<string>(), r.Value!.GetValue<string>()) ? [$"{at}: '{value}' does not match {r.Value}"] : [],
        _ => Silent.Contains(r.Key) ? (IEnumerable<string>)[] : throw new NotSupportedException($"the schema's word {r.Key} is not known here"),
    });

    private IEnumerable<string> OneOf(string at, JsonNode? value, JsonArray rules)
    {
        var judged = rules.Select(r => Judge(at, value, r!.AsObject()).ToList()).ToList();
        return judged.Count(j => j.Count == 0) == 1 ? [] : [$"{at}: fits {judged.Count(j => j.Count == 0)} of {rules.Count} forms ({string.Join(" | ", judged.SelectMany(j => j).Take(3))})"];
    }

    private IEnumerable<string> Additional(string at, JsonNode? value, JsonNode rule) => rule switch
    {
        JsonObject o => Judge(at, value, o),
        _ => rule.GetValue<bool>() ? [] : [$"{at}: not known here"],
    };

    private static bool IsNamed(string member, JsonObject rule) =>
        rule["properties"]?[member] is not null || (rule["patternProperties"]?.AsObject().Any(p => Regex.IsMatch(member, p.Key)) ?? false);

    private JsonObject Referred(string reference) => reference[2..].Split('/').Aggregate((JsonNode)schema, (node, name) => node[name]!).AsObject();

    private static bool IsOfType(JsonNode? value, JsonNode types) =>
        (types is JsonArray several ? several.Select(t => t!.GetValue<string>()) : [types.GetValue<string>()]).Any(t => t == Kind(value) || (t == "number" && Kind(value) == "integer"));

    private static string Kind(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => Number(value) is { } n && n == Math.Floor(n) ? "integer" : "number",
        _ => "boolean",
    };

    private static double? Number(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>() : null;
}
