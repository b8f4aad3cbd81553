using System.Text;
using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Tests.Connector;

/// <summary>What real Debezium wrote; see tests/fixtures/debezium.</summary>
internal static class Recording
{
    public static string Configuration(string name) =>
        File.ReadAllText(Repository.File("tests", "fixtures", "debezium", name, "connector.json"));

    public static IReadOnlyList<ReadableRecord> Read(string name)
    {
        var schemas = JsonNode.Parse(File.ReadAllText(Repository.File("tests", "fixtures", "debezium", name, "schemas.json")))!["schemas"]!;
        return
        [
            .. File.ReadLines(Repository.File("tests", "fixtures", "debezium", name, "records.jsonl"))
                .Select(line => JsonNode.Parse(line)!)
                .OrderBy(r => r["timestamp"]!.GetValue<long>()).ThenBy(r => r["partition"]!.GetValue<int>()).ThenBy(r => r["offset"]!.GetValue<long>())
                .Select(r => new ReadableRecord(
                    r["topic"]!.GetValue<string>(), r["keyJson"], r["valueJson"],
                    Schema(schemas, r["keySchemaId"]), Schema(schemas, r["valueSchemaId"]),
                    [.. (r["headers"]?.AsArray() ?? []).Select(h => (
                        h!["key"]!.GetValue<string>(), Encoding.UTF8.GetString(Convert.FromBase64String(h["value"]!.GetValue<string>()))))])),
        ];
    }

    private static JsonNode? Schema(JsonNode schemas, JsonNode? id) => id is null ? null : schemas[id.ToJsonString()];
}
