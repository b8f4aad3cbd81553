using System.IO.Compression;
using System.Text.Json;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Debezium.Wire;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Recordings;

/// <summary>A folder of recorded Kafka records: <c>records.jsonl[.gz]</c> and <c>schemas.json</c>; <c>connector.json</c> where it is known how they came about.</summary>
public sealed class Recording : ISchemaSource
{
    /// <summary>Nested records take two levels of Avro's JSON encoding each.</summary>
    internal static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1_000 };

    private readonly string _file;
    private readonly Dictionary<int, SchemaLookup> _schemas = [];

    private Recording(string file, JsonElement schemas, DecoderOptions decoding)
    {
        _file = file;
        Decoding = decoding;
        SchemaTexts = schemas.GetProperty("schemas").EnumerateObject().ToDictionary(
            s => int.Parse(s.Name, System.Globalization.CultureInfo.InvariantCulture),
            s => s.Value.ValueKind == JsonValueKind.String && s.Value.GetString() is ['{' or '[' or '"', ..] text ? text : s.Value.GetRawText());
        Partitions = schemas.TryGetProperty("partitionsByTopic", out var topics) ? topics.EnumerateObject().ToDictionary(t => t.Name, t => t.Value.GetInt32()) : [];
    }

    /// <summary>Schema JSON by registry id; written into the file as JSON, or as the text of it.</summary>
    public IReadOnlyDictionary<int, string> SchemaTexts { get; }

    /// <summary>Partitions by topic.</summary>
    public IReadOnlyDictionary<string, int> Partitions { get; }

    /// <summary>How its records are read, by the configuration of the connector that wrote them; the usual where that is not there.</summary>
    public DecoderOptions Decoding { get; }

    /// <exception cref="DirectoryNotFoundException">The folder holds no recording; the message says what is missing.</exception>
    /// <exception cref="RecordingException">Its schemas, or its connector's configuration, cannot be read.</exception>
    public static Recording Open(string folder)
    {
        var plain = Path.Combine(folder, "records.jsonl");
        var file = File.Exists(plain) ? plain : plain + ".gz";
        if (!File.Exists(file)) throw new DirectoryNotFoundException($"{folder} is no recording: it holds neither records.jsonl nor records.jsonl.gz");
        var schemaFile = Path.Combine(folder, "schemas.json");
        if (!File.Exists(schemaFile)) throw new DirectoryNotFoundException($"{folder} is no recording: it holds no schemas.json");
        try
        {
            using var schemas = ParseFile(schemaFile);
            return new Recording(file, schemas.RootElement, ReadConnector(Path.Combine(folder, "connector.json")));
        }
        catch (Exception e) when (IsMisshapen(e))
        {
            throw new RecordingException($"{schemaFile} is not as a recording has it: {e.Message} Expected an object with `schemas`: schemas by their registry id", e);
        }
    }

    private static DecoderOptions ReadConnector(string file)
    {
        if (!File.Exists(file)) return new DecoderOptions();
        try
        {
            using var connector = ParseFile(file);
            return RecordedConnector.Read(connector.RootElement);
        }
        catch (Exception e) when (IsMisshapen(e))
        {
            throw new RecordingException($"{file} is not as a recording has it: {e.Message} Expected the connector's configuration, an object of options", e);
        }
    }

    /// <summary>As a stream, in which the byte order mark that an editor may have put first is passed.</summary>
    private static JsonDocument ParseFile(string file)
    {
        using var stream = File.OpenRead(file);
        return JsonDocument.Parse(stream, Deep);
    }

    /// <summary>In the file's order: by topic, partition, offset.</summary>
    /// <exception cref="RecordingException">A line is no record, or the file is damaged.</exception>
    public IEnumerable<RecordedRecord> Records()
    {
        using var stream = File.OpenRead(_file);
        using var text = new StreamReader(_file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream);
        for (var number = 1; Line(text, number) is { } line; number++)
        {
            if (line.Length > 0) yield return Read(line, number);
        }
    }

    private string? Line(StreamReader text, int number)
    {
        try
        {
            return text.ReadLine();
        }
        catch (InvalidDataException e)
        {
            throw new RecordingException($"{_file} breaks off after line {number - 1}: {e.Message}", e);
        }
    }

    private RecordedRecord Read(string line, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(line, Deep);
            return Read(json.RootElement);
        }
        catch (Exception e) when (IsMisshapen(e))
        {
            throw new RecordingException(
                $"{_file} line {number} is no record: {e.Message} Expected one JSON object a line with topic, partition, offset, and key and value in base64 or null", e);
        }
    }

    /// <summary>What System.Text.Json throws for text that is no JSON, for a member that is missing or of another type, and for text that is no base64.</summary>
    private static bool IsMisshapen(Exception failure) => failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException;

    public ValueTask<SchemaLookup> FindAsync(int id, CancellationToken cancellationToken)
    {
        lock (_schemas)
        {
            if (!_schemas.TryGetValue(id, out var found)) _schemas[id] = found = Parse(id);
            return ValueTask.FromResult(found);
        }
    }

    /// <summary>By the topic's first record that has a value: a recording has no subjects.</summary>
    public async ValueTask<AvroSchema?> FindValueOfAsync(string topic, string keyName, CancellationToken cancellationToken)
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
        JsonElement[] listed = json.TryGetProperty("headers", out var list) && list.ValueKind != JsonValueKind.Null ? [.. list.EnumerateArray()] : [];
        var headers = listed.Select(h => new RecordHeader(h.GetProperty("key").GetString()!, Bytes(h, "value"))).ToArray();
        var record = new SourceRecord(
            new RecordOrigin(json.GetProperty("topic").GetString()!, json.GetProperty("partition").GetInt32(), json.GetProperty("offset").GetInt64()),
            json.TryGetProperty("timestamp", out var timestamp) ? timestamp.GetInt64() : 0, Bytes(json, "key"), Bytes(json, "value"), headers);
        return new RecordedRecord(record, Json(json, "keyJson"), Json(json, "valueJson"), Text(json, "keyText"), Text(json, "valueText"))
        {
            HeaderTexts = [.. listed.Select(h => Text(h, "valueText"))],
            KeySchemaId = Number(json, "keySchemaId"),
            ValueSchemaId = Number(json, "valueSchemaId"),
        };
    }

    private static ReadOnlyMemory<byte>? Bytes(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? (ReadOnlyMemory<byte>?)value.GetBytesFromBase64() : null;

    private static int? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

    private static JsonElement? Json(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.Clone() : null;

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
