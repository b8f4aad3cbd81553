using System.Text.Json;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Columns;
using CdcStripeSync.Debezium.Envelope;
using CdcStripeSync.Debezium.Wire;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Json;

/// <summary>Records of Connect's JsonConverter, with a <c>{"schema", "payload"}</c> wrapper or bare.</summary>
/// <remarks>Bare JSON tells no types: numbers stay numbers and everything else text, so a decimal under
/// <c>decimal.handling.mode=precise</c> (base64 without its scale) cannot be read; converters say so.</remarks>
internal sealed class JsonRecordReader(DecoderOptions options, TopicShapes topics, MappedTables mapped)
{
    /// <summary>A column that is there twice has no value.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly JsonColumns _columns = new(new Placeholder(options.UnavailablePlaceholder));

    public static bool LooksLikeJson(ReadOnlySpan<byte> value)
    {
        var start = value.TrimStart(" \t\r\n"u8);
        return start.Length > 0 && start[0] == (byte)'{';
    }

    /// <summary>Whether it is what the converter writes of a tombstone whose schema was kept, where it writes no schemas.</summary>
    public static bool IsNull(ReadOnlySpan<byte> value) => value.Trim(" \t\r\n"u8).SequenceEqual("null"u8);

    /// <summary>Null for a record without a value.</summary>
    public DecodedRecord? Read(SourceRecord record) => Guarded(record, key =>
    {
        using var document = JsonDocument.Parse(record.Value!.Value, Strict);
        var (payload, schema) = JsonWrapper.Open(document.RootElement);
        return Value(record, key, payload, schema);
    });

    /// <summary>A record without a value, in a topic where that is its row's delete.</summary>
    public DecodedRecord Deleted(SourceRecord record) =>
        Guarded(record, key => key.Columns.Count == 0 ? new DecodedRecord.Skipped(SkippedKind.Tombstone) : UnwrappedRow.Deleted(record, key, options))!;

    private DecodedRecord? Guarded(SourceRecord record, Func<RecordKey, DecodedRecord?> read)
    {
        var key = RecordKey.None;
        try
        {
            key = Key(record);
            return read(key);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or ArithmeticException or KeyNotFoundException or ChangeException || JsonFaults.Is(e))
        {
            return new DecodedRecord.Unreadable(
                $"not a readable JSON record: {e.Message}{(e is ChangeException { Field: { } field } ? $" at field '{field}'" : "")}", "the record is kept whole; look at the connector's converters, then retry or discard it",
                key.Table ?? TopicTable.Of(record.Origin.Topic, options.TopicPrefix), key.Columns.Count > 0 ? key.Columns : null)
            {
                IsNoRow = e is ChangeException { IsNoRow: true },
            };
        }
    }

    private DecodedRecord? Value(SourceRecord record, RecordKey key, JsonElement payload, JsonElement? schema)
    {
        if (payload.ValueKind == JsonValueKind.Null)
        {
            if (schema is { } kept) Learn(record.Origin.Topic, kept);
            return null;
        }

        if (payload.ValueKind != JsonValueKind.Object && mapped.HasNoneIn(record.Origin.Topic)) return new DecodedRecord.Skipped(SkippedKind.Unmapped);
        if (payload.ValueKind != JsonValueKind.Object) throw new FormatException($"a row is a JSON object, not {payload.ValueKind}");
        if (IsSignal(record, payload)) return new DecodedRecord.Skipped(SkippedKind.Signal);
        switch (JsonShape.Of(payload, schema, options.Shape))
        {
            case ShapeKind.Heartbeat: return new DecodedRecord.Skipped(SkippedKind.Heartbeat, payload.TryGetProperty("ts_ms", out var at) ? Instant.FromMillis(at.GetInt64()) : null);
            case ShapeKind.Transaction: return new DecodedRecord.Skipped(SkippedKind.Transaction);
            case ShapeKind.Message: return new DecodedRecord.Skipped(SkippedKind.Message);
            case ShapeKind.SchemaChange: return new DecodedRecord.Skipped(SkippedKind.SchemaChange);
            case ShapeKind.Notification: return new DecodedRecord.Skipped(SkippedKind.Notification);
            case ShapeKind.CloudEvent: throw ChangeException.CloudEvent();
            case ShapeKind.Envelope:
                topics.Envelope(record.Origin.Topic);
                return Envelope(record, key, payload, schema);
            case ShapeKind.Unwrapped when schema is null && options.Shape == ValueShape.Found && JsonWrapper.MayBeOne(payload): throw ChangeException.UnknownWrapper();
            case ShapeKind.Unwrapped:
                var added = AddedFields.Of(record, _columns.Read(payload, schema), options);
                topics.Row(record.Origin.Topic, added.TellsDeletes);
                return UnwrappedRow.Read(record, key, added, TypesOf(schema), options);
            default: throw new InvalidOperationException("an unknown shape");
        }
    }

    /// <summary>A connector takes signals from records whose key is its <c>topic.prefix</c>. In a topic that is named after no table nothing else could be read.</summary>
    private bool IsSignal(SourceRecord record, JsonElement payload) =>
        record.Key is { } key && options.TopicPrefix.Length > 0 && PlainText.Of(key.Span) == options.TopicPrefix
        && TopicTable.Of(record.Origin.Topic, options.TopicPrefix) is null && JsonShape.IsSignal(payload);

    /// <summary>The schema around JsonConverter's tombstone tells what it means in a topic of which nothing was seen yet.</summary>
    private void Learn(string topic, JsonElement schema)
    {
        if (topics.Of(topic) != TombstoneMeaning.Found) return;
        var source = JsonColumns.Field(schema, "source");
        var isEnvelope = JsonColumns.Field(schema, "op") is not null && source is { } s && s.TryGetProperty("type", out var type) && type.ValueEquals("struct");
        if (options.Shape != ValueShape.Row && isEnvelope) topics.Envelope(topic);
        else topics.Row(topic, JsonColumns.Field(schema, AddedFields.Deleted) is not null);
    }

    private DecodedRecord Envelope(SourceRecord record, RecordKey key, JsonElement payload, JsonElement? schema)
    {
        var source = SourceBlock.Of(_columns.Read(payload.GetProperty("source"), JsonColumns.Field(schema, "source"), "source."));
        if (!mapped.Has(source.Table)) return new DecodedRecord.Skipped(SkippedKind.Unmapped);
        return new DecodedRecord.Change(ChangeBuilder.Of(record, DocumentKey.Of(key, source), payload.GetProperty("op").GetString(), Image(payload, "before", schema), Image(payload, "after", schema), source));
    }

    /// <summary>A key in JSON beside a value in another format.</summary>
    public bool TryKey(ReadOnlyMemory<byte> bytes, out RecordKey key, out string? error)
    {
        (key, error) = (RecordKey.None, null);
        try
        {
            key = Key(bytes);
            return true;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or ArithmeticException or KeyNotFoundException || JsonFaults.Is(e))
        {
            error = $"the key is no readable JSON: {e.Message}";
            return false;
        }
    }

    private RecordKey Key(SourceRecord record) => record.Key is { } bytes && LooksLikeJson(bytes.Span) ? Key(bytes) : RecordKey.None;

    private RecordKey Key(ReadOnlyMemory<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes, Strict);
        var (payload, schema) = JsonWrapper.OpenKey(document.RootElement);
        return payload.ValueKind == JsonValueKind.Object ? RecordKey.Of(_columns.Read(payload, schema), JsonColumns.FieldTypes(schema), options) : RecordKey.None;
    }

    private RowImage? Image(JsonElement payload, string name, JsonElement? schema)
    {
        if (!payload.TryGetProperty(name, out var row)) return null;
        if (row.ValueKind == JsonValueKind.String) return JsonColumns.Document(row.GetString()!);
        if (row.ValueKind != JsonValueKind.Object) return null;
        var columns = JsonColumns.Field(schema, name);
        return new RowImage(_columns.Read(row, columns, name + "."), TypesOf(columns));
    }

    /// <summary>Of most rows nobody asks.</summary>
    private static Func<string, FieldType> TypesOf(JsonElement? schema)
    {
        Func<string, FieldType>? types = null;
        return column => (types ??= JsonColumns.FieldTypes(schema))(column);
    }
}
