using System.Buffers.Binary;
using System.Collections.Concurrent;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Envelope;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Debezium.Wire;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Projection;

/// <summary>Images of Avro envelopes: a projection is compiled once for each writer's schema and table, and shared. Thread-safe.</summary>
/// <param name="mapped">The columns that the mapping reads of a table; null where images of it are of no use.</param>
public sealed class AvroRecordImages(ISchemaSource schemas, Func<TableId, IReadOnlyCollection<string>?> mapped) : IRecordImages
{
    private const int FrameSize = 5;
    private const int KeyHeaderLength = 17;
    private const string OldKeyHeader = "__debezium.oldkey";
    private const string NewKeyHeader = "__debezium.newkey";

    [ThreadStatic]
    private static ProjectionBuffer? _buffer;

    private readonly ConcurrentDictionary<(int SchemaId, TableId Table), TableProjection?> _tables = new();

    public RecordImage? Of(SourceRecord record, ChangeEvent change)
    {
        if (change.After is null || record.Key is not { Length: <= ushort.MaxValue } key || record.Value is not { } value || NamesAnotherKey(record.Headers)) return null;
        if (ConfluentFrame.TryRead(value, out var frame) is not null) return null;
        var buffer = _buffer ??= new ProjectionBuffer();
        if (!_tables.TryGetValue((frame.SchemaId, change.Table), out var table))
            _tables[(frame.SchemaId, change.Table)] = table = Compile(frame, change.Table, buffer);
        var body = frame.Body.Span;
        if (table is null || !table.Projection.TryRead(body, buffer) || buffer.TrustedABlockSize || !table.IsTableOf(body, buffer.Fields)) return null;
        return table.Projection.Image(key.Span, body, buffer) is { } image ? new RecordImage(table, image, (ushort)key.Length) : null;
    }

    public bool SaysTheSame(in RecordImage image, SourceRecord record, EventStamp stamp)
    {
        if (image.Form is not TableProjection table || record.Key is not { } key || record.Value is not { } value) return false;
        var bytes = value.Span;
        if (bytes.Length < FrameSize || bytes[0] != 0 || BinaryPrimitives.ReadInt32BigEndian(bytes[1..]) != table.Projection.SchemaId) return false;
        if (!key.Span.SequenceEqual(image.Key) || NamesAnotherKey(record.Headers)) return false;
        return table.SaysTheSame(bytes[FrameSize..], image.Columns, _buffer ??= new ProjectionBuffer(), stamp);
    }

    private TableProjection? Compile(ConfluentFrame frame, TableId table, ProjectionBuffer buffer)
    {
        var found = schemas.FindAsync(frame.SchemaId, CancellationToken.None);
        if (mapped(table) is not { } needed || !found.IsCompletedSuccessfully || found.GetAwaiter().GetResult().Schema is not { } schema) return null;
        if (RecordProjection.Compile(frame.SchemaId, schema, needed) is not { } projection) return null;
        var body = frame.Body.Span;
        if (!projection.TryRead(body, buffer)) return null;
        return new TableProjection(
            projection, buffer.Fields.Bytes(EnvelopeField.Schema, body).ToArray(), buffer.Fields.Bytes(EnvelopeField.Db, body).ToArray(),
            buffer.Fields.Bytes(EnvelopeField.Table, body).ToArray());
    }

    /// <summary>Half of a key change moves the row's Link: never a repetition.</summary>
    private static bool NamesAnotherKey(IReadOnlyList<RecordHeader> headers)
    {
        if (headers is RecordHeader[] array)
        {
            foreach (ref readonly var header in array.AsSpan())
            {
                if (IsKeyHeader(header.Key)) return true;
            }

            return false;
        }

        for (var i = 0; i < headers.Count; i++)
        {
            if (IsKeyHeader(headers[i].Key)) return true;
        }

        return false;
    }

    private static bool IsKeyHeader(string name) => name.Length == KeyHeaderLength && name is OldKeyHeader or NewKeyHeader;
}
