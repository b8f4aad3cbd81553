using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Postgres;

/// <summary>The jsonb columns: rows, base, intent, succession, predecessors, headers.</summary>
internal static class StoredJson
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As deep as it is written: an array takes two levels for each of its own, and a decoder reads them 250 deep.</summary>
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1_000 };

    /// <summary>Bytes: what a longer document took is given back.</summary>
    private const int MostKept = 1 << 16;

    /// <summary>Each thread's, for one document after another: several are written for each entity.</summary>
    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? _own;

    public static string OfRow(Row row) => Write(writer =>
    {
        writer.WriteStartObject();
        foreach (var (column, value) in row)
        {
            writer.WritePropertyName(column);
            ColumnValueJson.Write(writer, value);
        }

        writer.WriteEndObject();
    });

    public static Row ToRow(string json) => Read(
        json, root => Row.Of(root.EnumerateObject().Select(column => KeyValuePair.Create(column.Name, ColumnValueJson.Read(column.Value)))));

    /// <summary><c>{"unit_amount": {"v": 1200, "p": "lsn:0/1A", "r": "req_1"}}</c></summary>
    public static string OfBase(ImmutableSortedDictionary<string, BaseField> fields) => Write(writer =>
    {
        writer.WriteStartObject();
        foreach (var (path, field) in fields)
        {
            writer.WriteStartObject(path);
            writer.WritePropertyName("v");
            FieldValueJson.Write(writer, field.Value);
            writer.WriteString("p", field.Position.ToString());
            if (field.RequestId is { } request) writer.WriteString("r", request);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    });

    public static ImmutableSortedDictionary<string, BaseField> ToBase(string json) => Read(json, root =>
    {
        var fields = ImmutableSortedDictionary.CreateBuilder<string, BaseField>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            var request = property.Value.TryGetProperty("r", out var r) ? r.GetString() : null;
            fields[property.Name] = new BaseField(
                FieldValueJson.Read(property.Value.GetProperty("v")), SourcePosition.Parse(property.Value.GetProperty("p").GetString()!), request);
        }

        return fields.ToImmutable();
    });

    public static string OfIntent(Intent intent) => Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id", intent.Id);
        writer.WriteNumber("generation", intent.Generation);
        writer.WriteNumber("attempt", intent.Attempt);
        writer.WriteString("path", intent.Path);
        writer.WriteString("body", intent.Body);
        writer.WriteString("api_version", intent.ApiVersion);
        writer.WriteString("idempotency_key", intent.IdempotencyKey);
        writer.WriteString("created_at", intent.CreatedAt);
        writer.WriteString("step", intent.StepJson);
        writer.WriteString("position", intent.Position.ToString());
        writer.WriteString("stored_at", intent.StoredAt);
        writer.WriteString("held_at", intent.HeldAt);
        writer.WriteEndObject();
    });

    public static Intent ToIntent(string json) => Read(json, root => new Intent(
        root.GetProperty("id").GetString()!, root.GetProperty("generation").GetInt32(), root.GetProperty("attempt").GetInt32(),
        root.GetProperty("path").GetString()!, root.GetProperty("body").GetString()!, root.GetProperty("api_version").GetString()!,
        root.GetProperty("idempotency_key").GetString()!, root.GetProperty("created_at").GetDateTimeOffset(), root.GetProperty("step").GetString()!)
    {
        Position = root.TryGetProperty("position", out var position) ? SourcePosition.Parse(position.GetString()!) : default,
        StoredAt = root.TryGetProperty("stored_at", out var stored) ? stored.GetDateTimeOffset() : default,
        HeldAt = root.TryGetProperty("held_at", out var held) ? held.GetDateTimeOffset() : default,
    });

    public static string OfSuccession(Succession succession) => Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("old_id", succession.OldId);
        writer.WriteNull("new_id"); // this and the next one are read by earlier versions, which may run beside this one while instances are replaced
        writer.WriteBoolean("old_was_default", false);
        writer.WriteBoolean("default_moved", succession.DefaultMoved);
        writer.WriteEndObject();
    });

    public static Succession ToSuccession(string json) => Read(json, root => new Succession(root.GetProperty("old_id").GetString()!, root.GetProperty("default_moved").GetBoolean()));

    public static string OfTexts(ImmutableArray<string> texts) => Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var text in texts) writer.WriteStringValue(text);
        writer.WriteEndArray();
    });

    public static ImmutableArray<string> ToTexts(string json) => Read(json, root => root.EnumerateArray().Select(t => t.GetString()!).ToImmutableArray());

    /// <summary>Pairs, since Kafka allows a header's name twice: <c>[["__debezium.newkey", "base64"], ["x", null]]</c></summary>
    public static string OfHeaders(IReadOnlyList<RecordHeader> headers) => Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var header in headers)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(header.Key);
            if (header.Value is { } value) writer.WriteBase64StringValue(value.Span);
            else writer.WriteNullValue();
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    });

    public static ImmutableArray<RecordHeader> ToHeaders(string json) => Read(json, root => root.EnumerateArray()
        .Select(pair => new RecordHeader(pair[0].GetString()!, pair[1].ValueKind == JsonValueKind.Null ? (ReadOnlyMemory<byte>?)null : pair[1].GetBytesFromBase64()))
        .ToImmutableArray());

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var (buffer, writer) = _own ??= New();
        buffer.ResetWrittenCount();
        writer.Reset();
        write(writer);
        writer.Flush();
        if (buffer.Capacity > MostKept) _own = null;
        return StoredText.ToJsonb(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) New()
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        return (buffer, new Utf8JsonWriter(buffer, Compact));
    }

    private static T Read<T>(string json, Func<JsonElement, T> read)
    {
        using var document = JsonDocument.Parse(StoredText.FromJsonb(json), Deep);
        return read(document.RootElement);
    }
}
