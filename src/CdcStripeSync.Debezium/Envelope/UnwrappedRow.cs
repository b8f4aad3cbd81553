using System.Globalization;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>A bare row of <c>ExtractNewRecordState</c>: operation, table and position stand in added fields (<c>__op</c>, <c>__table</c>,
/// <c>__lsn</c> …) where the connector adds them; without a position the record's own place counts.</summary>
internal static class UnwrappedRow
{
    private const string Prefix = "__";

    public static DecodedRecord Read(SourceRecord record, Row key, Row row, string topicPrefix)
    {
        var added = Row.Of(row.Where(c => c.Key.StartsWith(Prefix, StringComparison.Ordinal)));
        var columns = Row.Of(row.Where(c => !c.Key.StartsWith(Prefix, StringComparison.Ordinal)));
        if (TableOf(record, added, topicPrefix) is not { } table)
            return new DecodedRecord.Unreadable(
                $"a bare row does not say its table, and topic {record.Origin.Topic} is not named prefix.schema.table",
                "add the table to the rows (transforms.unwrap.add.fields=op,table,lsn,source.ts_ms) or set kafka.topicPrefix", null, key);
        var op = added["__op"].ToText();
        var deleted = added["__deleted"].ToText() == "true" || op == "d";
        var streamed = op is not "r";
        return new DecodedRecord.Change(new ChangeEvent
        {
            Origin = record.Origin,
            Table = table,
            Op = deleted ? ChangeOp.Delete : op switch { "r" => ChangeOp.Read, "c" => ChangeOp.Create, _ => ChangeOp.Update },
            Before = deleted ? columns.Project(key.Select(c => c.Key)) : null,
            After = deleted ? null : columns,
            RecordKey = key,
            OldKey = ChangeBuilder.OldKey(record, key),
            NewKey = ChangeBuilder.NewKey(record, key),
            Snapshot = streamed ? SnapshotKind.Streamed : SnapshotKind.Complete,
            Position = PositionOf(record, added),
            CommittedAt = Number(added, "__source_ts_ms") is { } millis ? Instant.FromMillis(millis) : null,
            WriterColumns = columns.Select(c => c.Key).ToHashSet(StringComparer.Ordinal),
        });
    }

    private static TableId? TableOf(SourceRecord record, Row added, string topicPrefix)
    {
        var table = Text(added, "__table") ?? Text(added, "__source_table");
        var byTopic = TopicTable.Of(record.Origin.Topic, topicPrefix);
        if (table is null) return byTopic;
        var schema = Text(added, "__schema") ?? Text(added, "__source_schema") ?? Text(added, "__db") ?? Text(added, "__source_db") ?? byTopic?.Schema ?? "";
        return new TableId(schema, table);
    }

    private static SourcePosition PositionOf(SourceRecord record, Row added) =>
        (Number(added, "__lsn") ?? Number(added, "__source_lsn")) is { } lsn
            ? SourcePosition.OfLsn((ulong)lsn)
            : new SourcePosition(PositionKind.Offset, (ulong)record.Origin.Partition, (ulong)record.Origin.Offset, 0);

    private static string? Text(Row row, string name) => row[name] is { HasValue: true } value ? value.ToText() : null;

    private static long? Number(Row row, string name) =>
        long.TryParse(Text(row, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
