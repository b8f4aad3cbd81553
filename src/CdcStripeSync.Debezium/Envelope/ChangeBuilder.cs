using System.Text;
using System.Text.Json;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Columns;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>Builds the change from an envelope's parts, whatever format they came in.</summary>
internal static class ChangeBuilder
{
    private const string OldKeyHeader = "__debezium.oldkey";
    private const string NewKeyHeader = "__debezium.newkey";

    public static ChangeEvent Of(SourceRecord record, RecordKey key, string? op, RowImage? before, RowImage? after, SourceBlock source)
    {
        var change = op switch
        {
            "c" => ChangeOp.Create,
            "u" => ChangeOp.Update,
            "d" => ChangeOp.Delete,
            "r" => ChangeOp.Read,
            "t" => ChangeOp.Truncate,
            _ => throw new ChangeException($"op is '{op}', expected one of c u d r t"),
        };
        if (change is ChangeOp.Create or ChangeOp.Update or ChangeOp.Read && after is null) throw new ChangeException($"op '{op}' has no after");
        return new ChangeEvent
        {
            Origin = record.Origin,
            Table = source.Table,
            Op = change,
            Before = TrueBefore(change, before, key.Columns),
            After = after?.Row,
            RecordKey = key.Columns,
            OldKey = OldKey(record, key),
            NewKey = NewKey(record, key),
            Snapshot = change == ChangeOp.Read || source.Snapshot == SnapshotKind.Incremental ? SnapshotOf(source) : SnapshotKind.Streamed,
            Position = source.Position(record.Origin),
            CommittedAt = source.CommittedAt,
            TransactionId = source.TransactionId,
            WriterColumns = after?.Row.Columns,
        };
    }

    /// <summary>On the create half of a primary-key change, whatever its shape: the header with the old key.</summary>
    public static Row? OldKey(SourceRecord record, RecordKey key) => HeaderKey(record, OldKeyHeader, key);

    /// <summary>On the delete half: the header with the new key.</summary>
    public static Row? NewKey(SourceRecord record, RecordKey key) => HeaderKey(record, NewKeyHeader, key);

    /// <summary>With REPLICA IDENTITY DEFAULT a delete's <c>before</c> lies: NOT NULL columns carry invented values. So of a delete only the record
    /// key's columns are taken as true, unless a column that needed no inventing proves that the identity is FULL; then all of it is.</summary>
    private static Row? TrueBefore(ChangeOp op, RowImage? before, Row key) =>
        before is null || op != ChangeOp.Delete || before.IsWhole ? before?.Row : TrueBefore(before.Row, key);

    /// <summary>A key that names no column leaves the row to tell which it is.</summary>
    public static Row TrueBefore(Row before, Row key) => key.Count == 0 ? before : before.Project(key.Select(c => c.Key));

    public static SnapshotKind SnapshotOf(SourceBlock source) =>
        source.Snapshot == SnapshotKind.Streamed ? SnapshotKind.Complete : source.Snapshot;

    /// <summary>The header is JSON text, or Java's text of the key under StringConverter; its values mean what the record key's columns do.</summary>
    private static Row? HeaderKey(SourceRecord record, string name, RecordKey key)
    {
        foreach (var header in record.Headers)
        {
            if (header.Key != name || header.Value is not { } bytes) continue;
            try
            {
                using var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
                var payload = json.RootElement.TryGetProperty("payload", out var inner) && json.RootElement.TryGetProperty("schema", out _) ? inner : json.RootElement;
                return Row.Of(payload.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Typed(p.Value, key.Columns[p.Name], key.MeaningOf(p.Name)))));
            }
            catch (Exception e) when (e is FormatException || JsonFaults.Is(e))
            {
                var text = Encoding.UTF8.GetString(bytes.Span);
                return StructText.Of(text, key) ?? throw new ChangeException($"header {name} is not a JSON object of readable keys: {text}");
            }
        }

        return null;
    }

    private static ColumnValue Typed(JsonElement value, ColumnValue like, Meaning meaning) => value.ValueKind switch
    {
        JsonValueKind.Null => ColumnValue.Null,
        JsonValueKind.True => ColumnValue.Of(true),
        JsonValueKind.False => ColumnValue.Of(false),
        JsonValueKind.Number when value.TryGetInt64(out var number) && like.Kind != ColumnKind.Decimal => SemanticTypes.Integer(meaning, number),
        JsonValueKind.Number => ColumnValue.Of(ExactDecimal.Parse(value.GetRawText())),
        JsonValueKind.String => SemanticTypes.Text(meaning, value.GetString()!),
        _ => ColumnValue.Json(value.GetRawText()),
    };
}
