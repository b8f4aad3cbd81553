using System.Text.Json.Nodes;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Replay;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.EndToEnd.Tests.House;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.EndToEnd.Tests.Recordings;

/// <summary>A recording sent through the real pipeline, and the catalogue that it left.</summary>
internal sealed class Replayed(ReplayResult result)
{
    public ReplayResult Result => result;

    public static string Folder(string recording) => Path.Combine(RepositoryRoot.Path, "tests", "fixtures", "debezium", recording);

    public static string ShopMapping { get; } = Path.Combine(RepositoryRoot.Path, "samples", "shop", "mapping.yaml");

    public static string MariaMapping { get; } = Path.Combine(RepositoryRoot.Path, "samples", "shop", "mapping.mariadb.yaml");

    public static async Task<Replayed> OfAsync(string recording, string mapping) =>
        new(await new ReplayRun(Recording.Open(Folder(recording)), MappingLoader.Load(mapping), inProcess: true).RunAsync(CancellationToken.None));

    public static async Task<Replayed> ThroughKafkaAsync(string recording, string mapping) =>
        new(await new ReplayRun(Recording.Open(Folder(recording)), MappingLoader.Load(mapping), inProcess: false).RunAsync(CancellationToken.None));

    /// <param name="arrange">Changes the order in which the records were made into the one to hand over.</param>
    public static async Task<Replayed> InOrderAsync(string recording, string mapping, Func<List<SourceRecord>, IEnumerable<SourceRecord>> arrange)
    {
        var opened = Recording.Open(Folder(recording));
        List<SourceRecord> records = [.. arrange(ReplayRun.InTime([.. opened.Records().Select(r => r.Record)]))];
        return new(await new ReplayRun(opened, MappingLoader.Load(mapping), inProcess: true, records).RunAsync(CancellationToken.None));
    }

    public IEnumerable<JsonObject> Objects(string resource) => result.Objects.TryGetValue(resource, out var objects) ? objects : [];

    public JsonObject? Product(string id) => Objects("products").SingleOrDefault(p => p["id"]!.ToString() == id);

    /// <summary>A row's object and, of a price, its predecessors.</summary>
    public IReadOnlyList<JsonObject> OfRow(string resource, string key) => [.. Objects(resource).Where(o => KeyOf(o) == key)];

    public static string? KeyOf(JsonObject o) => o["metadata"]?["cdc_key"]?.ToString();

    /// <summary>The row key of the object that an id names.</summary>
    public string? KeyOfPrice(JsonNode? id) => id is null ? null : KeyOf(Objects("prices").Single(p => p["id"]!.ToString() == id.ToString()));

    /// <summary>Everything but what a run draws by lot (ids, times, intents), by what identifies it for a person. Of archived prices it is only said
    /// whose they are: how many predecessors a price has depends on how many of its changes were folded while they waited.</summary>
    public SortedDictionary<string, string> Catalogue()
    {
        var catalogue = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in new[] { "products", "prices", "customers" })
        {
            foreach (var found in Objects(resource).OrderBy(o => o["active"]?.GetValue<bool>() ?? true))
                catalogue[$"{resource} {KeyOf(found)}"] = resource == "prices" && !found["active"]!.GetValue<bool>() ? $"archived, of {found["product"]}" : Plain(resource, found);
        }

        return catalogue;
    }

    private string Plain(string resource, JsonObject found)
    {
        var plain = found.DeepClone().AsObject();
        foreach (var drawn in new[] { "created", "updated", "invoice_prefix" }) plain.Remove(drawn);
        if (resource != "products") plain.Remove("id");
        plain["metadata"]!.AsObject().Remove("cdc_intent");
        if (plain.ContainsKey("default_price")) plain["default_price"] = KeyOfPrice(found["default_price"]);
        return Sorted(plain)!.ToJsonString();
    }

    private static JsonNode? Sorted(JsonNode? node) => node is JsonObject o
        ? new JsonObject(o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value))))
        : node?.DeepClone();
}
