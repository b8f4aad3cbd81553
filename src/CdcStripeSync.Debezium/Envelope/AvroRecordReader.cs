using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Columns;
using CdcStripeSync.Debezium.Json;
using CdcStripeSync.Debezium.Wire;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>Avro records: reads key and value by their writers' schemas and builds the change.</summary>
internal sealed class AvroRecordReader(DecoderOptions options, TopicShapes topics, MappedTables mapped)
{
    private readonly RowReader _rows = new(new Placeholder(options.UnavailablePlaceholder));
    private readonly ColumnReader _names = new(new Placeholder(options.UnavailablePlaceholder), new RepeatedNames());

    /// <summary>Null for a record without a value.</summary>
    public DecodedRecord? Read(SourceRecord record, KeyPart? key, (ConfluentFrame Frame, AvroSchema Schema) value)
    {
        RecordKey recordKey;
        try
        {
            recordKey = Key(key);
        }
        catch (AvroDataException) when (key!.MayBeNumber)
        {
            recordKey = RecordKey.None;
        }
        catch (AvroDataException e)
        {
            return Unreadable(record, $"{key!.Name}: {e.Message}", null);
        }

        try
        {
            var written = Written(value);
            if (written.Kind == AvroKind.Null)
            {
                Learn(record.Origin.Topic, value.Schema);
                return null;
            }

            if (written.Kind != AvroKind.Record && mapped.HasNoneIn(record.Origin.Topic)) return new DecodedRecord.Skipped(SkippedKind.Unmapped);
            return RecordShape.Of(written, options.Shape) switch
            {
                ShapeKind.Envelope => Envelope(record, key, recordKey, value),
                ShapeKind.Unwrapped => Unwrapped(record, key, recordKey, value, written),
                ShapeKind.Heartbeat => new DecodedRecord.Skipped(SkippedKind.Heartbeat, HeartbeatTime(value)),
                ShapeKind.Transaction => new DecodedRecord.Skipped(SkippedKind.Transaction),
                ShapeKind.Message => new DecodedRecord.Skipped(SkippedKind.Message),
                ShapeKind.SchemaChange => new DecodedRecord.Skipped(SkippedKind.SchemaChange),
                ShapeKind.Notification => new DecodedRecord.Skipped(SkippedKind.Notification),
                ShapeKind.CloudEvent => throw ChangeException.CloudEvent(),
                var shape => throw new InvalidOperationException($"shape {shape}"),
            };
        }
        catch (ChangeException e)
        {
            return Unreadable(record, $"value with schema id {value.Frame.SchemaId}: {Located(e, value)}", key) with { IsNoRow = e.IsNoRow };
        }
        catch (Exception e) when (e is AvroDataException or FormatException or ArgumentException or ArithmeticException || JsonFaults.Is(e))
        {
            return Unreadable(record, $"value with schema id {value.Frame.SchemaId}: {e.Message}", key);
        }
    }

    public DecodedRecord.Unreadable Unreadable(SourceRecord record, string error, KeyPart? key)
    {
        const string Hint = "the record is kept whole; look at the producer and the registry, then retry or discard it";
        var table = TopicTable.Of(record.Origin.Topic, options.TopicPrefix);
        if (key is null || key == KeyPart.Nameless) return new DecodedRecord.Unreadable(error, Hint + "; its key cannot be read either, so later changes of its row are not held back", table);
        try
        {
            var (columns, named, _) = Key(key);
            return new DecodedRecord.Unreadable(error, Hint, named ?? table, columns);
        }
        catch (AvroDataException e)
        {
            return new DecodedRecord.Unreadable($"{error}; and its key: {e.Message}", Hint, table);
        }
    }

    /// <summary>A record without a value, in a topic where that is its row's delete.</summary>
    public DecodedRecord Deleted(SourceRecord record, KeyPart key)
    {
        try
        {
            return UnwrappedRow.Deleted(record, Key(key), options);
        }
        catch (Exception e) when (e is AvroDataException or ChangeException)
        {
            return Unreadable(record, $"{key.Name}: {e.Message}", null);
        }
    }

    /// <summary>Learns from a schema of a topic's values what its tombstones mean.</summary>
    public void Learn(string topic, AvroSchema value)
    {
        if (value.Kind == AvroKind.Union) value = value.Branches.FirstOrDefault(b => b.Kind == AvroKind.Record) ?? value;
        if (value.Kind != AvroKind.Record) return;
        switch (RecordShape.Of(value, options.Shape))
        {
            case ShapeKind.Envelope: topics.Envelope(topic); break;
            case ShapeKind.Unwrapped: topics.Row(topic, value.Field(AddedFields.Deleted) is not null); break;
        }
    }

    private RecordKey Key(KeyPart? part)
    {
        if (part?.Framed is not var (frame, schema)) return part?.Columns ?? RecordKey.None;
        var reader = new AvroReader(frame.Body.Span);
        var row = _rows.Read(schema, ref reader) ?? Row.Empty;
        return reader.Remaining == 0 ? RecordKey.Of(row, schema.WithoutNull().FieldTypes, options) : throw reader.Broken($"{reader.Remaining} bytes are left over in the key");
    }

    /// <summary>A number whose bytes happen to make a frame and a key of some schema names other columns than its row has, or other values.</summary>
    private static RecordKey Agreed(KeyPart? part, RecordKey key, Row? row) =>
        part is { MayBeNumber: true } && row is not null && key.Columns.Any(c => !row.Has(c.Key) || (!row[c.Key].IsUnavailable && row[c.Key] != c.Value)) ? RecordKey.None : key;

    /// <summary>The branch of a union that was written, else the schema itself. Null in an optional schema is what a converter makes of a
    /// tombstone whose schema was kept.</summary>
    private static AvroSchema Written((ConfluentFrame Frame, AvroSchema Schema) value)
    {
        if (value.Schema.Kind != AvroKind.Union) return value.Schema;
        var reader = new AvroReader(value.Frame.Body.Span);
        var branch = value.Schema.Branches[reader.ReadIndex(value.Schema.Branches.Length, "union branch")];
        return branch.Kind == AvroKind.Null && reader.Remaining > 0 ? throw reader.Broken($"{reader.Remaining} bytes are left over") : branch;
    }

    private DecodedRecord Envelope(SourceRecord record, KeyPart? part, RecordKey key, (ConfluentFrame Frame, AvroSchema Schema) value)
    {
        topics.Envelope(record.Origin.Topic);
        var (before, after, source, op) = Images(value.Schema, value.Frame.Body.Span);
        if (!mapped.Has(source.Table)) return new DecodedRecord.Skipped(SkippedKind.Unmapped);
        return new DecodedRecord.Change(ChangeBuilder.Of(record, Agreed(part, DocumentKey.Of(key, source), (after ?? before)?.Row), op, before, after, source));
    }

    private static string Located(ChangeException e, (ConfluentFrame Frame, AvroSchema Schema) value) =>
        e.Field is { } field ? new AvroDataException(e.Message, field, OffsetOf(field, value)).Message : e.Message;

    /// <summary>Where a field of the envelope begins in its body.</summary>
    private static int OffsetOf(string field, (ConfluentFrame Frame, AvroSchema Schema) value)
    {
        var reader = new AvroReader(value.Frame.Body.Span);
        var envelope = value.Schema;
        if (envelope.Kind == AvroKind.Union) envelope = envelope.Branches[reader.ReadIndex(envelope.Branches.Length, "union branch")];
        foreach (var before in envelope.Fields.TakeWhile(f => f.Name != field)) reader.Skip(before.Schema);
        return reader.Position;
    }

    /// <summary>An envelope's body as rows.</summary>
    internal (RowImage? Before, RowImage? After, SourceBlock Source, string? Op) Images(AvroSchema envelope, ReadOnlySpan<byte> body)
    {
        var reader = new AvroReader(body);
        if (envelope.Kind == AvroKind.Union) envelope = envelope.Branches[reader.ReadIndex(envelope.Branches.Length, "union branch")];
        RowImage? before = null, after = null;
        SourceBlock? source = null;
        string? op = null;
        var at = 0;
        try
        {
            for (; at < envelope.Fields.Length; at++)
            {
                var field = envelope.Fields[at];
                switch (field.Name)
                {
                    case "before": before = Image(field, ref reader); break;
                    case "after": after = Image(field, ref reader); break;
                    case "source": source = Source(field.Schema, ref reader); break;
                    case "op": op = _names.Read(field.Schema, ref reader).ToText(); break;
                    default: reader.Skip(field.Schema); break;
                }
            }
        }
        catch (AvroDataException e)
        {
            throw e.Within(envelope.Fields[at].Name);
        }

        if (reader.Remaining > 0) throw reader.Broken($"{reader.Remaining} bytes are left over");
        return (before, after, source ?? throw reader.Broken("the envelope has no source", "source"), op);
    }

    private SourceBlock? Source(AvroSchema schema, ref AvroReader reader)
    {
        if (schema.Kind == AvroKind.Union) schema = schema.Branches[reader.ReadIndex(schema.Branches.Length, "union branch")];
        if (schema.Kind == AvroKind.Null) return null;
        if (schema.Kind != AvroKind.Record) throw reader.Broken($"a source is a record, not {schema.Kind}");
        var source = new SourceBlock();
        var at = 0;
        AvroReader sequence = default;
        AvroSchema? sequenceSchema = null;
        try
        {
            for (; at < schema.Fields.Length; at++)
            {
                var field = schema.Fields[at];
                if (field.Source is EnvelopeField.Sequence)
                {
                    sequence = reader;
                    sequenceSchema = field.Schema;
                }

                if (field.Source is EnvelopeField.Sequence or EnvelopeField.Other) reader.Skip(field.Schema);
                else source.Take(field.Source, _names.Read(field.Schema, ref reader));
            }

            if (sequenceSchema is not null && source.LacksLsn) source.Take(EnvelopeField.Sequence, _names.Read(sequenceSchema, ref sequence));
        }
        catch (AvroDataException e)
        {
            throw e.Within(at < schema.Fields.Length ? schema.Fields[at].Name : "sequence");
        }

        return source;
    }

    private RowImage? Image(AvroField field, ref AvroReader reader)
    {
        var schema = field.Schema.WithoutNull();
        if (schema.Kind == AvroKind.String) return _names.Read(field.Schema, ref reader) is { HasValue: true } text ? JsonColumns.Document(text.AsText) : null;
        return _rows.Read(field.Schema, ref reader) is { } row ? new RowImage(row, schema.FieldTypes) : null;
    }

    private DecodedRecord Unwrapped(SourceRecord record, KeyPart? part, RecordKey key, (ConfluentFrame Frame, AvroSchema Schema) value, AvroSchema written)
    {
        var reader = new AvroReader(value.Frame.Body.Span);
        var row = _rows.Read(value.Schema, ref reader) ?? throw reader.Broken("a bare row is null");
        if (reader.Remaining > 0) throw reader.Broken($"{reader.Remaining} bytes are left over");
        var added = AddedFields.Of(record, row, options);
        topics.Row(record.Origin.Topic, added.TellsDeletes);
        return UnwrappedRow.Read(record, Agreed(part, key, added.Columns), added, written.FieldTypes, options);
    }

    private Instant? HeartbeatTime((ConfluentFrame Frame, AvroSchema Schema) value)
    {
        var reader = new AvroReader(value.Frame.Body.Span);
        return _rows.Read(value.Schema, ref reader)?["ts_ms"] is { Kind: ColumnKind.Integer } at ? Instant.FromMillis(at.AsInteger) : null;
    }
}
