using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Columns;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>Builds the change from an envelope's parts, whatever format they came in.</summary>
internal static class ChangeBuilder
{
    public static ChangeEvent Of(SourceRecord record, RecordKey key, string? op, RowImage? before, RowImage? after, SourceBlock source)
    {
        var change = op switch
        {
            "c" => ChangeOp.Create,
            "u" => ChangeOp.Update,
            "d" => ChangeOp.Delete,
            "r" => ChangeOp.Read,
            "t" => ChangeOp.Truncate,
            _ => throw new ChangeException($"op is '{op}', expected one of c u d r t", "op"),
        };
        if (change is ChangeOp.Create or ChangeOp.Update or ChangeOp.Read && after is null) throw new ChangeException($"op '{op}' has no after", "after") { IsNoRow = source.IsOfDocuments };
        (before, after) = (DocumentKey.Named(before, key, source), DocumentKey.Named(after, key, source)?.With(key.Columns));
        return new ChangeEvent
        {
            Origin = record.Origin,
            Table = source.Table,
            Op = change,
            Before = before is { IsWhole: false } ? TrueBefore(change, before, key.Columns, source) : before?.Row,
            After = after?.Row,
            RecordKey = key.Columns,
            OldKey = HeaderKey.Old(record, key, after ?? before),
            NewKey = HeaderKey.New(record, key, after ?? before),
            Snapshot = SnapshotOf(change, source),
            Position = source.Position(record.Origin),
            CommittedAt = source.CommittedAt(record),
            TransactionId = source.TransactionId,
            WriterColumns = source.IsOfDocuments ? null : after?.Row.Columns,
            IsOfDocument = source.IsOfDocuments,
        };
    }

    /// <summary>With REPLICA IDENTITY DEFAULT a delete's <c>before</c> lies: NOT NULL columns carry invented values. So of a delete only the record
    /// key's columns are taken as true, unless a column that needed no inventing proves that the identity is FULL; then all of it is, as it always is of
    /// other sources. A key that names no column leaves the row to tell which it is.</summary>
    /// <remarks>Any column that holds what nobody invents is true by itself, and is kept where the record's key is, too: a record under an
    /// invented key came in another partition than its row's others, in no order with them.</remarks>
    public static Row TrueBefore(RowImage before, Row key, SourceBlock source)
    {
        if (key.Count == 0 || source.TellsWholeRows) return before.Row;
        var told = key.All(c => before.Tells(c.Key)) ? before.Row.Select(c => c.Key).Where(before.Tells) : [];
        return before.Row.Project(key.Select(c => c.Key).Concat(told));
    }

    /// <summary>An update has a <c>before</c> where the identity is FULL, or an index that changed. What such an index does not hold is null, or invented where
    /// it may not be null: a value that may have been is left out.</summary>
    private static Row TrueBefore(ChangeOp op, RowImage before, Row key, SourceBlock source) => op switch
    {
        ChangeOp.Delete => TrueBefore(before, key, source),
        ChangeOp.Update when !source.TellsWholeRows => before.Row.Project(before.Row.Where(c => key.Has(c.Key) || before.Tells(c.Key) || !Filling.IsZero(c.Value)).Select(c => c.Key)),
        _ => before.Row,
    };

    /// <summary>A snapshot's rows are reads, or creates where <c>ReadToInsertEvent</c> made these of them. A create ends no table: what has no row in a
    /// snapshot goes, and a streamed one that still said <c>last</c> would take all of them.</summary>
    public static SnapshotKind SnapshotOf(ChangeOp op, SourceBlock source) => (op, source.Snapshot) switch
    {
        (_, SnapshotKind.Incremental) => SnapshotKind.Incremental,
        (ChangeOp.Read, SnapshotKind.CompleteLast or SnapshotKind.CompleteLastOfTable) => source.Snapshot,
        (ChangeOp.Read, _) or (ChangeOp.Create, not SnapshotKind.Streamed) => SnapshotKind.Complete,
        _ => SnapshotKind.Streamed,
    };
}
