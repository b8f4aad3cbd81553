using CdcStripeSync.Core.Changes;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Columns;
using CdcStripeSync.Debezium.Envelope;
using CdcStripeSync.Debezium.Json;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Debezium.Wire;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium;

/// <summary>Bytes → what they say: finds the format (Avro by schema id, JSON) and the shape (envelope, bare row, heartbeat …) in the record itself.</summary>
/// <param name="isMapped">Tables that matter; null for all. Others are skipped.</param>
public sealed class DebeziumDecoder(ISchemaSource schemas, DecoderOptions options, Func<TableId, bool>? isMapped = null) : IRecordDecoder
{
    private readonly AvroRecordReader _avro = new(options);
    private readonly JsonRecordReader _json = new(options);

    public async ValueTask<DecodedRecord> DecodeAsync(SourceRecord record, CancellationToken cancellationToken)
    {
        if (record.Value is not { } value) return new DecodedRecord.Skipped(SkippedKind.Tombstone);
        var decoded = JsonRecordReader.LooksLikeJson(value.Span) ? _json.Read(record) : await AvroAsync(record, value, cancellationToken);
        return decoded is DecodedRecord.Change { Event: { Table: var table } } && isMapped is not null && !isMapped(table)
            ? new DecodedRecord.Skipped(SkippedKind.Unmapped)
            : decoded;
    }

    private async ValueTask<DecodedRecord> AvroAsync(SourceRecord record, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        (ConfluentFrame Frame, AvroSchema Schema)? key = null;
        string? keyError = null;
        if (record.Key is { } keyBytes) (key, keyError) = await PartAsync(keyBytes, "key", cancellationToken);
        var (body, valueError) = await PartAsync(value, "value", cancellationToken);
        if (body is null) return _avro.Unreadable(record, valueError!, key);
        return keyError is null ? _avro.Read(record, key, body.Value) : _avro.Unreadable(record, keyError, null);
    }

    private async ValueTask<((ConfluentFrame Frame, AvroSchema Schema)? Part, string? Error)> PartAsync(ReadOnlyMemory<byte> bytes, string what, CancellationToken cancellationToken)
    {
        if (ConfluentFrame.TryRead(bytes, out var frame) is { } error) return (null, $"the {what} is not in Confluent's wire format: {error}");
        var found = await schemas.FindAsync(frame.SchemaId, cancellationToken);
        return found.Schema is { } schema ? ((frame, schema), null) : (null, $"the {what}'s {found.Error}");
    }
}
