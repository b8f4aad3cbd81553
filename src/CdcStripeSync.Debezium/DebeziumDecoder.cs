using CdcStripeSync.Core.Changes;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Envelope;
using CdcStripeSync.Debezium.Json;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Debezium.Wire;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium;

/// <summary>Bytes → what they say: finds the format (Avro by schema id, JSON) and the shape (envelope, bare row, heartbeat …) in the record itself.</summary>
public sealed class DebeziumDecoder : IRecordDecoder
{
    private readonly ISchemaSource _schemas;
    private readonly MappedTables _mapped;
    private readonly TopicShapes _topics;
    private readonly AvroRecordReader _avro;
    private readonly JsonRecordReader _json;

    /// <param name="isMapped">Tables that matter; null for all. Others are skipped.</param>
    public DebeziumDecoder(ISchemaSource schemas, DecoderOptions options, Func<TableId, bool>? isMapped = null)
    {
        _schemas = schemas;
        _mapped = new MappedTables(options, isMapped);
        _topics = new TopicShapes(options);
        _avro = new AvroRecordReader(options, _topics, _mapped);
        _json = new JsonRecordReader(options, _topics, _mapped);
    }

    public async ValueTask<DecodedRecord> DecodeAsync(SourceRecord record, CancellationToken cancellationToken)
    {
        try
        {
            var decoded = record.Value is not { } value || JsonRecordReader.IsNull(value.Span) ? null
                : JsonRecordReader.LooksLikeJson(value.Span) ? _json.Read(record)
                : await AvroAsync(record, value, cancellationToken);
            decoded ??= await TombstoneAsync(record, cancellationToken);
            return Named(decoded, record);
        }
        catch (Exception e) when (e is not (OperationCanceledException or SchemaRegistryUnavailableException))
        {
            // Whatever a record holds, it is one record: nothing that nobody thought of may stop those behind it.
            return _avro.Unreadable(record, $"the record cannot be read ({e.GetType().Name}): {e.Message}", null);
        }
    }

    /// <summary>A table's name with a control character is none that a database has, though a mapping's expression may take it; nor could it be stored.</summary>
    private DecodedRecord Named(DecodedRecord decoded, SourceRecord record) => decoded switch
    {
        DecodedRecord.Change { Event.Table: var table } when !_mapped.Has(table) => new DecodedRecord.Skipped(SkippedKind.Unmapped),
        DecodedRecord.Change { Event.Table: var table } when HasControl(table) => new DecodedRecord.Unreadable(
            $"{(record.Value is { } value && ConfluentFrame.TryRead(value, out var frame) is null ? $"value with schema id {frame.SchemaId}: the envelope" : "the record")} names the table {Shown(table)}, with a control character in it", "mend what writes such names, or discard the letter"),
        DecodedRecord.Unreadable { Table: { } table } unreadable when HasControl(table) => unreadable with { Table = null, Key = null },
        _ => decoded,
    };

    private static bool HasControl(TableId table) => table.Schema.Any(char.IsControl) || table.Name.Any(char.IsControl);

    private static string Shown(TableId table) => string.Concat(table.ToString().Select(c => char.IsControl(c) ? $"\\u{(int)c:X4}" : c.ToString()));

    /// <summary>In a topic of which nothing was seen yet, its newest schema tells; where there is none, what is known of the row does.</summary>
    private async ValueTask<DecodedRecord> TombstoneAsync(SourceRecord record, CancellationToken cancellationToken)
    {
        var topic = record.Origin.Topic;
        if (record.Key is not { } key || _topics.Of(topic) == TombstoneMeaning.AfterDelete) return new DecodedRecord.Skipped(SkippedKind.Tombstone);
        if (JsonRecordReader.LooksLikeJson(key.Span)) return Told(_json.Deleted(record), topic);
        var (part, error) = await KeyAsync(key, cancellationToken);
        if (part is not { Framed: not null } framed) return _topics.Of(topic) == TombstoneMeaning.Delete ? Unnamed(record, error) : new DecodedRecord.Skipped(SkippedKind.Tombstone);
        if (_topics.Of(topic) == TombstoneMeaning.Found && await _schemas.FindValueOfAsync(topic, framed.Framed.Value.Schema.Name, cancellationToken) is { } newest) _avro.Learn(topic, newest);
        return _topics.Of(topic) == TombstoneMeaning.AfterDelete ? new DecodedRecord.Skipped(SkippedKind.Tombstone) : Told(_avro.Deleted(record, framed), topic);
    }

    private DecodedRecord.Unreadable Unnamed(SourceRecord record, string? error) =>
        _avro.Unreadable(record, error ?? "the key is a value alone that names no column, and a record without a value has nothing else to name its row", null) with { IsNoRow = error is null };

    private DecodedRecord Told(DecodedRecord deleted, string topic) =>
        deleted is DecodedRecord.Change change && _topics.Of(topic) == TombstoneMeaning.Found ? new DecodedRecord.Change(change.Event with { MayFollowDelete = true }) : deleted;

    private async ValueTask<DecodedRecord?> AvroAsync(SourceRecord record, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        if (IsMissedByNobody(value.Span, record.Origin.Topic)) return new DecodedRecord.Skipped(SkippedKind.Unmapped);
        KeyPart? key = null;
        string? keyError = null;
        if (record.Key is { } keyBytes) (key, keyError) = await KeyAsync(keyBytes, cancellationToken);
        var (body, valueError) = await PartAsync(value, "value", cancellationToken);
        if (body is null) return _avro.Unreadable(record, valueError!, key);
        return keyError is null ? _avro.Read(record, key, body.Value) : _avro.Unreadable(record, keyError, null);
    }

    /// <summary>Text where no table's rows are, an outbox's events for one. Java's text of a structure is hardly meant to be read by anyone.</summary>
    private bool IsMissedByNobody(ReadOnlySpan<byte> value, string topic) =>
        !ConfluentFrame.MayBe(value) && PlainText.Of(value) is { } text && !StructText.Is(text) && _mapped.HasNoneIn(topic);

    /// <summary>Keys have a converter of their own: Avro, JSON, or another's. A value alone (text, a number, one Avro value) names no columns.</summary>
    private async ValueTask<(KeyPart? Key, string? Error)> KeyAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (JsonRecordReader.LooksLikeJson(bytes.Span)) return _json.TryKey(bytes, out var columns, out var problem) ? (new KeyPart(null, columns), null) : (null, problem);
        if (IsValueAlone(bytes.Span)) return (KeyPart.Nameless, null);
        var (framed, error) = await PartAsync(bytes, "key", cancellationToken);
        if (framed is not { Schema: var schema }) return MayBeNumber(bytes.Span) ? (KeyPart.Nameless, null) : (null, error);
        return (schema.WithoutNull().Kind == AvroKind.Record ? new KeyPart(framed, null) : KeyPart.Nameless, null);
    }

    /// <summary>A key that is no frame: text, or a number of another converter.</summary>
    internal static bool IsValueAlone(ReadOnlySpan<byte> key) => !ConfluentFrame.MayBe(key) || IsSmallNumber(key);

    /// <summary>What looks like a frame, but names a schema that nobody knows, is one of LongConverter's.</summary>
    internal static bool MayBeNumber(ReadOnlySpan<byte> key) => key.Length == sizeof(long);

    /// <summary>One of eight bytes, below 2 to the power of 24: as a frame it would have the schema id 0, which no registry gives.</summary>
    private static bool IsSmallNumber(ReadOnlySpan<byte> bytes) => MayBeNumber(bytes) && bytes[..5].IndexOfAnyExcept((byte)0) < 0;

    private async ValueTask<((ConfluentFrame Frame, AvroSchema Schema)? Part, string? Error)> PartAsync(ReadOnlyMemory<byte> bytes, string what, CancellationToken cancellationToken)
    {
        if (ConfluentFrame.TryRead(bytes, out var frame) is { } error) return (null, $"the {what} is not in Confluent's wire format: {error}; look at {what}.converter (Apicurio's needs {what}.converter.apicurio.registry.as-confluent=true and …headers.enabled=false)");
        var found = await _schemas.FindAsync(frame.SchemaId, cancellationToken);
        return found.Schema is { } schema ? ((frame, schema), null) : (null, $"the {what}'s {found.Error}");
    }
}
