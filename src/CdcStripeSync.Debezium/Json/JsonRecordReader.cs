using System.Text.Json;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Columns;
using CdcStripeSync.Debezium.Envelope;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Json;

/// <summary>Records of Connect's JsonConverter, with a <c>{"schema", "payload"}</c> wrapper or bare.</summary>
/// <remarks>Bare JSON tells no types: numbers stay numbers and everything else text, so a decimal under
/// <c>decimal.handling.mode=precise</c> (base64 without its scale) cannot be read; converters say so.</remarks>
internal sealed class JsonRecordReader(DecoderOptions options)
{
    /// <summary>A column that is there twice has no value.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly JsonColumns _columns = new(new Placeholder(options.UnavailablePlaceholder));

    public static bool LooksLikeJson(ReadOnlySpan<byte> value)
    {
        var start = value.TrimStart(" \t\r\n"u8);
        return start.Length > 0 && start[0] == (byte)'{';
    }

    public DecodedRecord Read(SourceRecord record)
    {
        var key = Row.Empty;
        try
        {
            key = Key(record);
            using var document = JsonDocument.Parse(record.Value!.Value, Strict);
            var (payload, schema) = Unwrap(document.RootElement);
            return Value(record, key, payload, schema);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or ChangeException)
        {
            return new DecodedRecord.Unreadable(
                $"not a readable JSON record: {e.Message}", "the record is kept whole; look at the connector's converters, then retry or discard it",
                TopicTable.Of(record.Origin.Topic, options.TopicPrefix), key.Count > 0 ? key : null);
        }
    }

    private DecodedRecord Value(SourceRecord record, Row key, JsonElement payload, JsonElement? schema)
    {
        if (payload.ValueKind != JsonValueKind.Object) return new DecodedRecord.Skipped(SkippedKind.Tombstone);
        if (payload.TryGetProperty("op", out var op) && payload.TryGetProperty("source", out var source))
        {
            if (op.GetString() == "m") return new DecodedRecord.Skipped(SkippedKind.Message);
            var after = RowAt(payload, "after", schema);
            return new DecodedRecord.Change(ChangeBuilder.Of(
                record, key, op.GetString(), RowAt(payload, "before", schema), after,
                new SourceBlock(_columns.Read(source, Field(schema, "source"))), after?.Select(c => c.Key).ToHashSet(StringComparer.Ordinal)));
        }

        if (payload.TryGetProperty("status", out _) && payload.TryGetProperty("event_count", out _)) return new DecodedRecord.Skipped(SkippedKind.Transaction);
        if (payload.TryGetProperty("databaseName", out _) && payload.TryGetProperty("ddl", out _)) return new DecodedRecord.Skipped(SkippedKind.SchemaChange);
        if (payload.EnumerateObject().Count() == 1 && payload.TryGetProperty("ts_ms", out var at))
            return new DecodedRecord.Skipped(SkippedKind.Heartbeat, Instant.FromMillis(at.GetInt64()));
        return UnwrappedRow.Read(record, key, _columns.Read(payload, schema), options.TopicPrefix);
    }

    private Row Key(SourceRecord record)
    {
        if (record.Key is not { } bytes || !LooksLikeJson(bytes.Span)) return Row.Empty;
        using var document = JsonDocument.Parse(bytes, Strict);
        var (payload, schema) = Unwrap(document.RootElement);
        return payload.ValueKind == JsonValueKind.Object ? _columns.Read(payload, schema) : Row.Empty;
    }

    private Row? RowAt(JsonElement payload, string name, JsonElement? schema) =>
        payload.TryGetProperty(name, out var row) && row.ValueKind == JsonValueKind.Object ? _columns.Read(row, Field(schema, name)) : null;

    private static (JsonElement Payload, JsonElement? Schema) Unwrap(JsonElement root) =>
        root.TryGetProperty("schema", out var schema) && root.TryGetProperty("payload", out var payload) && root.EnumerateObject().Count() == 2
            ? (payload, schema.ValueKind == JsonValueKind.Object ? schema : null)
            : (root, null);

    private static JsonElement? Field(JsonElement? schema, string name) => JsonColumns.Field(schema, name);
}
