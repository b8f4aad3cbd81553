using System.IO.Compression;
using System.Text.Json;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Debezium.Wire;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Recordings;

/// <summary>A folder of recorded Kafka records: <c>records.jsonl[.gz]</c> and <c>schemas.json</c>.</summary>
public sealed class Recording : ISchemaSource
{
    /// <summary>Nested records take two levels of Avro's JSON encoding each.</summary>
    internal static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1_000 };

    private readonly string _file;
    private readonly Dictionary<int, SchemaLookup> _schemas = [];

    private Recording(string file, JsonElement schemas)
    {
        _file = file;
        SchemaTexts = schemas.GetProperty("schemas").EnumerateObject().ToDictionary(
            s => int.Parse(s.Name, System.Globalization.CultureInfo.InvariantCulture),
            s => s.Value.ValueKind == JsonValueKind.String ? s.Value.GetString()! : s.Value.GetRawText());
        Partitions = schemas.TryGetProperty("partitionsByTopic", out var topics) ? topics.EnumerateObject().ToDictionary(t => t.Name, t => t.Value.GetInt32()) : [];
    }

    /// <summary>Schema JSON by registry id.</summary>
    public IReadOnlyDictionary<int, string> SchemaTexts { get; }

    /// <summary>Partitions by topic.</summary>
    public IReadOnlyDictionary<string, int> Partitions { get; }

    /// <exception cref="DirectoryNotFoundException">The folder holds no recording; the message says what is missing.</exception>
    public static Recording Open(string folder)
    {
        var plain = Path.Combine(folder, "records.jsonl");
        var file = File.Exists(plain) ? plain : plain + ".gz";
        if (!File.Exists(file)) throw new DirectoryNotFoundException($"{folder} is no recording: it holds neither records.jsonl nor records.jsonl.gz");
        var schemaFile = Path.Combine(folder, "schemas.json");
        if (!File.Exists(schemaFile)) throw new DirectoryNotFoundException($"{folder} is no recording: it holds no schemas.json");
        using var schemas = JsonDocument.Parse(File.ReadAllBytes(schemaFile));
        return new Recording(file, schemas.RootElement);
    }

    /// <summary>In the file's order: by topic, partition, offset.</summary>
    public IEnumerable<RecordedRecord> Records()
    {
        using var stream = File.OpenRead(_file);
        using var text = new StreamReader(_file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream);
        while (text.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line, Deep);
            yield return Read(json.RootElement);
        }
    }

    public ValueTask<SchemaLookup> FindAsync(int id, CancellationToken cancellationToken)
    {
        lock (_schemas)
        {
            if (!_schemas.TryGetValue(id, out var found)) _schemas[id] = found = Parse(id);
            return ValueTask.FromResult(found);
        }
    }

    /// <summary>By the topic's first record that has a value: a recording has no subjects.</summary>
    public async ValueTask<AvroSchema?> FindValueOfAsync(string topic, CancellationToken cancellationToken)
    {
        foreach (var recorded in Records())
        {
            if (recorded.Record.Origin.Topic != topic || recorded.Record.Value is not { } value) continue;
            return ConfluentFrame.TryRead(value, out var frame) is null ? (await FindAsync(frame.SchemaId, cancellationToken)).Schema : null;
        }

        return null;
    }

    private SchemaLookup Parse(int id)
    {
        if (!SchemaTexts.TryGetValue(id, out var text)) return new SchemaLookup(null, $"schema id {id} is not in the recording's schemas.json");
        try
        {
            return new SchemaLookup(AvroSchema.Parse(text), null);
        }
        catch (AvroSchemaException e)
        {
            return new SchemaLookup(null, $"schema id {id}: {e.Message}");
        }
    }

    private static RecordedRecord Read(JsonElement json)
    {
        JsonElement[] listed = json.TryGetProperty("headers", out var list) ? [.. list.EnumerateArray()] : [];
        var headers = listed.Select(h => new RecordHeader(h.GetProperty("key").GetString()!, Bytes(h, "value"))).ToArray();
        var record = new SourceRecord(
            new RecordOrigin(json.GetProperty("topic").GetString()!, json.GetProperty("partition").GetInt32(), json.GetProperty("offset").GetInt64()),
            json.GetProperty("timestamp").GetInt64(), Bytes(json, "key"), Bytes(json, "value"), headers);
        return new RecordedRecord(record, Json(json, "keyJson"), Json(json, "valueJson"), Text(json, "keyText"), Text(json, "valueText"))
        {
            HeaderTexts = [.. listed.Select(h => Text(h, "valueText"))],
        };
    }

    private static ReadOnlyMemory<byte>? Bytes(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? (ReadOnlyMemory<byte>?)value.GetBytesFromBase64() : null;

    private static JsonElement? Json(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.Clone() : null;

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
