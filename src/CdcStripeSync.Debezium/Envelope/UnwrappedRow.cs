using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Columns;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>A bare row of <c>ExtractNewRecordState</c>: operation, table and position stand in added fields or headers (<c>__op</c>, <c>__table</c>,
/// <c>__lsn</c> …) where the connector adds them; without a position the record's own place counts.</summary>
/// <remarks>Of a deleted row each column tells for itself whether it is true: one that proves the whole (<see cref="RowImage.IsWhole"/>) may be another
/// transform's (<c>InsertField</c>).</remarks>
internal static class UnwrappedRow
{
    /// <param name="typeOf">What the row's schema says of a column.</param>
    public static DecodedRecord Read(SourceRecord record, RecordKey key, AddedFields added, Func<string, FieldType> typeOf, DecoderOptions options)
    {
        var row = new RowImage(added.Columns, typeOf).With(key.Columns);
        var source = added.Source;
        if (TableOf(record, key, source, options) is not { } table) return Untold(record, key);
        var isRead = added.Op is null ? source.Snapshot != SnapshotKind.Streamed : added.Op == "r";
        var op = added.IsDeleted ? ChangeOp.Delete : isRead ? ChangeOp.Read : added.Op == "c" ? ChangeOp.Create : ChangeOp.Update;
        return new DecodedRecord.Change(new ChangeEvent
        {
            Origin = record.Origin,
            Table = table,
            Op = op,
            Before = added.IsDeleted ? ChangeBuilder.TrueBefore(row, key.Columns, source) : null,
            After = added.IsDeleted ? null : row.Row,
            RecordKey = key.Columns,
            OldKey = HeaderKey.Old(record, key, row),
            NewKey = HeaderKey.New(record, key, row),
            Snapshot = ChangeBuilder.SnapshotOf(op, source),
            Position = source.Position(record.Origin),
            CommittedAt = source.CommittedAt(record),
            TransactionId = source.TransactionId,
            WriterColumns = source.IsOfDocuments ? null : row.Row.Columns,
            IsOfDocument = source.IsOfDocuments && op is ChangeOp.Create or ChangeOp.Read, // an update's row may hold no more than was updated
        });
    }

    /// <summary>A record without a value that is its row's delete.</summary>
    public static DecodedRecord Deleted(SourceRecord record, RecordKey key, DecoderOptions options)
    {
        var source = AddedFields.Of(record, Row.Empty, options).Source;
        if (TableOf(record, key, source, options) is not { } table) return Untold(record, key);
        return new DecodedRecord.Change(new ChangeEvent
        {
            Origin = record.Origin,
            Table = table,
            Op = ChangeOp.Delete,
            Before = key.Columns,
            RecordKey = key.Columns,
            NewKey = HeaderKey.New(record, key, row: null),
            Snapshot = SnapshotKind.Streamed,
            Position = source.Position(record.Origin),
            CommittedAt = source.CommittedAt(record),
            TransactionId = source.TransactionId,
        });
    }

    /// <summary>A topic is named after a schema in PostgreSQL, so the schema of its name goes before an added database.</summary>
    private static TableId? TableOf(SourceRecord record, RecordKey key, SourceBlock source, DecoderOptions options)
    {
        var named = key.Table ?? TopicTable.Of(record.Origin.Topic, options.TopicPrefix);
        if (source.TableName is not { } table) return named;
        var bySchema = named is { } n && n.Name == table ? n.Schema : null;
        return new TableId(source.Schema ?? bySchema ?? source.Db ?? named?.Schema ?? "", table);
    }

    private static DecodedRecord.Unreadable Untold(SourceRecord record, RecordKey key) => new(
        $"a bare row does not say its table, and topic {record.Origin.Topic} is not named prefix.schema.table",
        "add the table to the rows (transforms.unwrap.add.fields=op,table,lsn,source.ts_ms) or set kafka.topicPrefix; where the topic holds no rows (a connector's signals), take it out of kafka.topics and discard this", null, key.Columns);
}
