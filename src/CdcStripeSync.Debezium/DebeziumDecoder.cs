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
    private readonly Func<TableId, bool>? _isMapped;
    private readonly TopicShapes _topics;
    private readonly AvroRecordReader _avro;
    private readonly JsonRecordReader _json;

    /// <param name="isMapped">Tables that matter; null for all. Others are skipped.</param>
    public DebeziumDecoder(ISchemaSource schemas, DecoderOptions options, Func<TableId, bool>? isMapped = null)
    {
        _schemas = schemas;
        _isMapped = isMapped;
        _topics = new TopicShapes(options);
        _avro = new AvroRecordReader(options, _topics);
        _json = new JsonRecordReader(options, _topics);
    }

    public async ValueTask<DecodedRecord> DecodeAsync(SourceRecord record, CancellationToken cancellationToken)
    {
        var decoded = record.Value is not { } value ? await TombstoneAsync(record, cancellationToken)
            : JsonRecordReader.LooksLikeJson(value.Span) ? _json.Read(record)
            : await AvroAsync(record, value, cancellationToken);
        return decoded is DecodedRecord.Change { Event: { Table: var table } } && _isMapped is not null && !_isMapped(table)
            ? new DecodedRecord.Skipped(SkippedKind.Unmapped)
            : decoded;
    }

    /// <summary>In a topic of which nothing was seen yet, its newest schema tells; where there is none, what is known of the row does.</summary>
    private async ValueTask<DecodedRecord> TombstoneAsync(SourceRecord record, CancellationToken cancellationToken)
    {
        var topic = record.Origin.Topic;
        if (record.Key is not { } key || _topics.Of(topic) == TombstoneMeaning.AfterDelete) return new DecodedRecord.Skipped(SkippedKind.Tombstone);
        if (JsonRecordReader.LooksLikeJson(key.Span)) return Told(_json.Deleted(record), topic);
        var (part, error) = await KeyAsync(key, cancellationToken);
        if (part is not { Framed: not null } framed) return _topics.Of(topic) == TombstoneMeaning.Delete ? _avro.Unreadable(record, error ?? "the key is a value alone that names no column, and a record without a value has nothing else to name its row", null) : new DecodedRecord.Skipped(SkippedKind.Tombstone);
        if (_topics.Of(topic) == TombstoneMeaning.Found && await _schemas.FindValueOfAsync(topic, framed.Framed.Value.Schema.Name, cancellationToken) is { } newest) _avro.Learn(topic, newest);
        return _topics.Of(topic) == TombstoneMeaning.AfterDelete ? new DecodedRecord.Skipped(SkippedKind.Tombstone) : Told(_avro.Deleted(record, framed), topic);
    }

    private DecodedRecord Told(DecodedRecord deleted, string topic) =>
        deleted is DecodedRecord.Change change && _topics.Of(topic) == TombstoneMeaning.Found ? new DecodedRecord.Change(change.Event with { MayFollowDelete = true }) : deleted;

    private async ValueTask<DecodedRecord> AvroAsync(SourceRecord record, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        KeyPart? key = null;
        string? keyError = null;
        if (record.Key is { } keyBytes) (key, keyError) = await KeyAsync(keyBytes, cancellationToken);
        var (body, valueError) = await PartAsync(value, "value", cancellationToken);
        if (body is null) return _avro.Unreadable(record, valueError!, key);
        return keyError is null ? _avro.Read(record, key, body.Value) : _avro.Unreadable(record, keyError, null);
    }

    /// <summary>Keys have a converter of their own: Avro, JSON, or text. A value alone, in text or in Avro, names no columns.</summary>
    private async ValueTask<(KeyPart? Key, string? Error)> KeyAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (JsonRecordReader.LooksLikeJson(bytes.Span)) return _json.TryKey(bytes, out var columns, out var problem) ? (new KeyPart(null, columns), null) : (null, problem);
        if (PlainText.Of(bytes.Span) is not null) return (KeyPart.Nameless, null);
        var (framed, error) = await PartAsync(bytes, "key", cancellationToken);
        if (framed is not { Schema: var schema }) return (null, error);
        return (schema.WithoutNull().Kind == AvroKind.Record ? new KeyPart(framed, null) : KeyPart.Nameless, null);
    }

    private async ValueTask<((ConfluentFrame Frame, AvroSchema Schema)? Part, string? Error)> PartAsync(ReadOnlyMemory<byte> bytes, string what, CancellationToken cancellationToken)
    {
        if (ConfluentFrame.TryRead(bytes, out var frame) is { } error) return (null, $"the {what} is not in Confluent's wire format: {error}; look at {what}.converter (Apicurio's needs {what}.converter.apicurio.registry.as-confluent=true and …headers.enabled=false)");
        var found = await _schemas.FindAsync(frame.SchemaId, cancellationToken);
        return found.Schema is { } schema ? ((frame, schema), null) : (null, $"the {what}'s {found.Error}");
    }
}
