using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using CdcStripeSync.Debezium.Recordings;

namespace CdcStripeSync.EndToEnd.Tests.Recordings;

/// <summary>What a database held at the end of a recording, by its oracle: for each row the last image in Kafka's order, large columns that did not
/// change taken from the image before.</summary>
internal sealed class RecordedHistory
{
    private const string Unchanged = "__debezium_unavailable_value";
    private readonly Dictionary<(string Table, string Id), Dictionary<string, JsonNode?>> _rows = [];
    private readonly Dictionary<(string Table, string Id), Dictionary<string, JsonNode?>> _first = [];
    private readonly Dictionary<(string Table, string Id), string> _renamedFrom = [];
    private readonly Dictionary<int, JsonObject> _schemas = [];

    /// <summary>Rows that are there at the end, by id.</summary>
    public IReadOnlyDictionary<string, Dictionary<string, JsonNode?>> Rows(string table) =>
        _rows.Where(r => r.Key.Table == table).ToDictionary(r => r.Key.Id, r => r.Value);

    /// <summary>Ids that were there once and are not at the end, but for the old ids of renamed rows.</summary>
    public IReadOnlyList<string> Gone(string table) =>
        [.. _first.Keys.Where(k => k.Table == table && !_rows.ContainsKey(k) && !_renamedFrom.Any(r => r.Key.Table == table && r.Value == k.Id)).Select(k => k.Id)];

    /// <summary>The row went while nobody listened: no record says so.</summary>
    public void Vanish(string table, string id) => Assert.True(_rows.Remove((table, id)), $"{table} {id} is not among the last rows");

    /// <summary>The id that a row had first.</summary>
    public string FirstId(string table, string id) => _renamedFrom.TryGetValue((table, id), out var old) ? FirstId(table, old) : id;

    /// <summary>The first image of a row.</summary>
    public Dictionary<string, JsonNode?> First(string table, string id) => _first[(table, FirstId(table, id))];

    public static RecordedHistory Of(string folder)
    {
        var history = new RecordedHistory();
        var recording = Recording.Open(folder);
        foreach (var (id, text) in recording.SchemaTexts) history._schemas[id] = JsonNode.Parse(text) as JsonObject ?? [];
        foreach (var record in InTime(recording.Records().ToList())) history.Take(record);
        return history;
    }

    /// <summary>As they were written: by time, within a partition always by offset.</summary>
    private static IEnumerable<RecordedRecord> InTime(List<RecordedRecord> records)
    {
        var clock = new Dictionary<(string, int), long>();
        var timed = records.Select(r =>
        {
            var partition = (r.Record.Origin.Topic, r.Record.Origin.Partition);
            clock[partition] = Math.Max(clock.GetValueOrDefault(partition), r.Record.Timestamp);
            return (Record: r, At: clock[partition]);
        }).ToList();
        return timed.OrderBy(t => t.At).Select(t => t.Record);
    }

    private void Take(RecordedRecord recorded)
    {
        var header = (string name) => recorded.Record.Headers.Where(h => h.Key == name).Select(h => JsonNode.Parse(h.Value!.Value.Span)!["id"]!.ToString()).FirstOrDefault();
        if (recorded.ValueText is { } text)
        {
            var root = JsonNode.Parse(text)!.AsObject();
            var wrapped = root.ContainsKey("payload") && root.ContainsKey("schema");
            if ((wrapped ? root["payload"] : root) is not JsonObject payload || payload["op"] is null || payload["source"] is null) return;
            JsonArray? columns(string part) => wrapped ? root["schema"]!["fields"]!.AsArray().First(f => f!["field"]!.ToString() == part)!["fields"]!.AsArray() : null;
            Envelope(payload, part => payload[part] is JsonObject row ? RecordedRow.OfJson(row, columns(part)) : null, header("__debezium.oldkey"));
        }
        else if (recorded.ValueJson is { ValueKind: JsonValueKind.Object } json)
        {
            var schema = _schemas[BinaryPrimitives.ReadInt32BigEndian(recorded.Record.Value!.Value.Span[1..])];
            var value = JsonObject.Create(json)!;
            if (schema["name"]!.ToString() == "Envelope") Envelope(value, part => AvroImage(value, schema, part), header("__debezium.oldkey"));
            else if (recorded.Record.Origin.Topic.Split('.') is [.., "public", var table]) Bare(table, RecordedRow.OfAvro(value, schema["fields"]!.AsArray()), header("__debezium.oldkey"));
        }
        else if (recorded.Record.Value is null && recorded.KeyJson is { } key && recorded.Record.Origin.Topic.Split('.') is [.., var named])
        {
            if (key.TryGetProperty("id", out var id)) _rows.Remove((named, id.ToString()));
        }
    }

    private void Bare(string table, Dictionary<string, JsonNode?> row, string? oldId)
    {
        var id = row["id"]!.ToString();
        if (row.GetValueOrDefault("__deleted")?.ToString() == "true") _rows.Remove((table, id));
        else Put(table, id, row, oldId);
    }

    private void Envelope(JsonObject value, Func<string, Dictionary<string, JsonNode?>?> image, string? oldId)
    {
        var table = (value["source"]!["table"] is JsonObject named ? named["string"] : value["source"]!["table"])!.ToString();
        switch (value["op"]!.ToString())
        {
            case "m": break;
            case "t":
                foreach (var gone in _rows.Keys.Where(k => k.Table == table).ToList()) _rows.Remove(gone);
                break;
            case "d": _rows.Remove((table, image("before")!["id"]!.ToString())); break;
            default:
                var row = image("after")!;
                Put(table, row["id"]!.ToString(), row, oldId);
                break;
        }
    }

    private void Put(string table, string id, Dictionary<string, JsonNode?> row, string? oldId)
    {
        var older = _rows.GetValueOrDefault((table, id)) ?? _first.GetValueOrDefault((table, id));
        foreach (var column in row.Keys.ToList())
        {
            if (row[column] is JsonValue v && v.ToString() == Unchanged) row[column] = older?.GetValueOrDefault(column)?.DeepClone();
        }

        _rows[(table, id)] = row;
        _first.TryAdd((table, id), row);
        if (oldId is not null && oldId != id) _renamedFrom[(table, id)] = oldId;
    }

    private static Dictionary<string, JsonNode?>? AvroImage(JsonObject value, JsonObject envelope, string part)
    {
        if (value[part] is not JsonObject union) return null;
        var field = (string name) => envelope["fields"]!.AsArray().First(f => f!["name"]!.ToString() == name)!["type"]!.AsArray();
        // `after` names the record that `before` defines.
        var columns = field("before").OfType<JsonObject>().First()["fields"]!.AsArray();
        return RecordedRow.OfAvro(union.Single().Value!.AsObject(), columns);
    }
}
