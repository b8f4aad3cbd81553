using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CdcStripeSync.DevStack.Tests.Connector;

/// <summary>Records by topic and key, in order, without what differs from run to run: times, log positions, transaction and run ids, database name.</summary>
internal static partial class Comparable
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static SortedDictionary<string, List<string>> ByTopicAndKey(IReadOnlyList<ReadableRecord> records)
    {
        var relevant = records.Where(r => !r.Topic.StartsWith("__debezium-heartbeat", StringComparison.Ordinal)).ToList();
        var transactions = relevant.Select(TransactionOf).OfType<long>().Distinct().Order()
            .Select((id, rank) => (id, rank)).ToDictionary(p => p.id, p => p.rank);
        var grouped = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var record in relevant)
        {
            // The keys of a transaction's BEGIN and END differ by their log positions only.
            var key = $"{record.Topic} {Text(Clean(record.Key, transactions))} {record.Value?["status"]}";
            if (!grouped.TryGetValue(key, out var list))
                grouped[key] = list = [];
            list.Add(Text(new JsonObject
            {
                ["value"] = Clean(record.Value, transactions),
                ["headers"] = new JsonArray([.. record.Headers.Select(h => (JsonNode)(h.Key.EndsWith("runId", StringComparison.Ordinal) ? h.Key : $"{h.Key}={h.Value}"))]),
                ["keySchema"] = record.KeySchema?.DeepClone(),
                ["valueSchema"] = record.ValueSchema?.DeepClone(),
            }));
        }
        return grouped;
    }

    private static long? TransactionOf(ReadableRecord record) => record.Source?["txId"]?["long"]?.GetValue<long>();

    private static JsonNode? Clean(JsonNode? node, Dictionary<long, int> transactions)
    {
        if (node is not JsonObject)
            return node?.DeepClone();
        var json = node.DeepClone().AsObject();
        foreach (var time in new[] { "ts_ms", "ts_us", "ts_ns" })
            json.Remove(time);
        if (json["source"] is JsonObject source)
        {
            foreach (var name in new[] { "ts_ms", "ts_us", "ts_ns", "lsn", "db" })
                source.Remove(name);
            source["txId"] = transactions[source["txId"]!["long"]!.GetValue<long>()];
            source["sequence"] = Number().Replace(source["sequence"]!["string"]!.GetValue<string>(), "N");
        }
        if (json["transaction"]?["event.block"] is JsonObject block)
            block["id"] = Ordinal(block["id"]!.GetValue<string>(), transactions);
        if (json["id"] is JsonValue id && TransactionId().IsMatch(id.ToString()))
            json["id"] = Ordinal(id.ToString(), transactions);
        foreach (var collection in json["data_collections"]?["array"]?.AsArray() ?? [])
        {
            var event_ = collection!["event.collection"]!;
            event_["data_collection"] = ObjectHash().Replace(event_["data_collection"]!.GetValue<string>(), "@");
        }
        return json;
    }

    private static string Ordinal(string id, Dictionary<long, int> transactions) =>
        $"transaction {transactions[long.Parse(id.Split(':')[0], CultureInfo.InvariantCulture)]}";

    private static string Text(JsonNode? node) => Sorted(node)?.ToJsonString(Readable) ?? "null";

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject json => new JsonObject(json.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value)))),
        JsonArray array => new JsonArray([.. array.Select(Sorted)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.ToJsonString().AsSpan().ContainsAny(".eE") =>
            double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture), // 2.0 is 2, 1E300 is 1E+300
        _ => node?.DeepClone(),
    };

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();

    [GeneratedRegex(@"^\d+:\d+$")]
    private static partial Regex TransactionId();

    [GeneratedRegex("@[0-9a-f]+$")]
    private static partial Regex ObjectHash();
}
