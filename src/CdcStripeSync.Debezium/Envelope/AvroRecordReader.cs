using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Columns;
using CdcStripeSync.Debezium.Wire;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>Avro records: reads key and value by their writers' schemas and builds the change.</summary>
internal sealed class AvroRecordReader(DecoderOptions options)
{
    private readonly RowReader _rows = new(new Placeholder(options.UnavailablePlaceholder));

    public DecodedRecord Read(SourceRecord record, (ConfluentFrame Frame, AvroSchema Schema)? key, (ConfluentFrame Frame, AvroSchema Schema) value)
    {
        var shape = RecordShape.Of(value.Schema);
        Row keyRow;
        try
        {
            keyRow = Key(key);
        }
        catch (AvroDataException e)
        {
            return Unreadable(record, $"key with schema id {key!.Value.Frame.SchemaId}: {e.Message}", null);
        }

        try
        {
            return shape switch
            {
                ShapeKind.Envelope => Envelope(record, keyRow, value),
                ShapeKind.Unwrapped => Unwrapped(record, keyRow, value),
                ShapeKind.Heartbeat => new DecodedRecord.Skipped(SkippedKind.Heartbeat, HeartbeatTime(value)),
                ShapeKind.Transaction => new DecodedRecord.Skipped(SkippedKind.Transaction),
                ShapeKind.Message => new DecodedRecord.Skipped(SkippedKind.Message),
                ShapeKind.SchemaChange or ShapeKind.Notification => new DecodedRecord.Skipped(SkippedKind.SchemaChange),
                _ => throw new InvalidOperationException($"shape {shape}"),
            };
        }
        catch (AvroDataException e)
        {
            return Unreadable(record, $"value with schema id {value.Frame.SchemaId}: {e.Message}", key);
        }
        catch (ChangeException e)
        {
            return Unreadable(record, $"value with schema id {value.Frame.SchemaId}: {e.Message}", key);
        }
    }

    public DecodedRecord.Unreadable Unreadable(SourceRecord record, string error, (ConfluentFrame Frame, AvroSchema Schema)? key)
    {
        const string Hint = "the record is kept whole; look at the producer and the registry, then retry or discard it";
        var table = TopicTable.Of(record.Origin.Topic, options.TopicPrefix);
        if (key is null) return new DecodedRecord.Unreadable(error, Hint + "; its key cannot be read either, so later changes of its row are not held back", table);
        try
        {
            return new DecodedRecord.Unreadable(error, Hint, table, Key(key));
        }
        catch (AvroDataException e)
        {
            return new DecodedRecord.Unreadable($"{error}; and its key: {e.Message}", Hint, table);
        }
    }

    private Row Key((ConfluentFrame Frame, AvroSchema Schema)? key)
    {
        if (key is not var (frame, schema)) return Row.Empty;
        var reader = new AvroReader(frame.Body.Span);
        Row row;
        if (schema.Kind == AvroKind.Record) row = _rows.Read(schema, ref reader, "") ?? Row.Empty;
        else row = Row.Of(("key", _rows.ReadColumn(schema, ref reader)));
        return reader.Remaining == 0 ? row : throw reader.Broken($"{reader.Remaining} bytes are left over in the key");
    }

    private DecodedRecord.Change Envelope(SourceRecord record, Row key, (ConfluentFrame Frame, AvroSchema Schema) value)
    {
        var reader = new AvroReader(value.Frame.Body.Span);
        Row? before = null, after = null, source = null;
        string? op = null;
        IReadOnlySet<string>? columns = null;
        foreach (var field in value.Schema.Fields)
        {
            switch (field.Name)
            {
                case "before": before = _rows.Read(field.Schema, ref reader, "before"); break;
                case "after":
                    after = _rows.Read(field.Schema, ref reader, "after");
                    columns = field.Schema.WithoutNull().Fields.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
                    break;
                case "source": source = _rows.Read(field.Schema, ref reader, "source"); break;
                case "op": op = _rows.ReadColumn(field.Schema, ref reader).ToText(); break;
                default: reader.Skip(field.Schema); break;
            }
        }

        if (reader.Remaining > 0) throw reader.Broken($"{reader.Remaining} bytes are left over");
        if (source is null) throw reader.Broken("the envelope has no source", "source");
        return new DecodedRecord.Change(ChangeBuilder.Of(record, key, op, before, after, new SourceBlock(source), columns));
    }

    private DecodedRecord Unwrapped(SourceRecord record, Row key, (ConfluentFrame Frame, AvroSchema Schema) value)
    {
        var reader = new AvroReader(value.Frame.Body.Span);
        var row = _rows.Read(value.Schema, ref reader, "") ?? throw reader.Broken("a bare row is null");
        if (reader.Remaining > 0) throw reader.Broken($"{reader.Remaining} bytes are left over");
        return UnwrappedRow.Read(record, key, row, options.TopicPrefix);
    }

    private Instant? HeartbeatTime((ConfluentFrame Frame, AvroSchema Schema) value)
    {
        var reader = new AvroReader(value.Frame.Body.Span);
        return _rows.Read(value.Schema, ref reader, "")?["ts_ms"] is { Kind: ColumnKind.Integer } at ? Instant.FromMillis(at.AsInteger) : null;
    }
}
