using System.Globalization;
using System.Text;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.History;

namespace CdcStripeSync.Simulation.Broker;

/// <summary>A change of the history as the decoder would hand it over.</summary>
internal static class RecordWriter
{
    public static DecodedRecord Of(RowEvent change, RecordOrigin origin) => change.Op == RowOp.Tombstone
        ? new DecodedRecord.Skipped(SkippedKind.Tombstone)
        : new DecodedRecord.Change(new ChangeEvent
        {
            Origin = origin,
            Table = new TableId("public", change.Table),
            Op = change.Op switch
            {
                RowOp.Insert or RowOp.MovedHere => ChangeOp.Create,
                RowOp.Update => ChangeOp.Update,
                RowOp.Delete or RowOp.MovedAway => ChangeOp.Delete,
                RowOp.Read => ChangeOp.Read,
                RowOp.Truncate => ChangeOp.Truncate,
                _ => throw new InvalidOperationException(change.Op.ToString()),
            },
            Before = change.Op is RowOp.Delete or RowOp.MovedAway ? Key(change.Key) : null,
            After = change.Columns is null ? null : Image(change),
            RecordKey = change.Op == RowOp.Truncate ? Row.Empty : Key(change.Key),
            OldKey = change.Op == RowOp.MovedHere ? Key(change.OtherKey!.Value) : null,
            NewKey = change.Op == RowOp.MovedAway ? Key(change.OtherKey!.Value) : null,
            Snapshot = change switch
            {
                { Op: not RowOp.Read } => SnapshotKind.Streamed,
                { IsLast: true } => SnapshotKind.CompleteLast,
                { IsLastOfTable: true } => SnapshotKind.CompleteLastOfTable,
                { IsOfCompleteSnapshot: true } => SnapshotKind.Complete,
                _ => SnapshotKind.Incremental,
            },
            Position = SourcePosition.OfLsn(change.Lsn),
            CommittedAt = Instant.FromMillis(change.At),
        });

    /// <summary>A record whose value nobody can read: its key can.</summary>
    public static DecodedRecord Unreadable(RowEvent change) => new DecodedRecord.Unreadable("the registry knows no schema 99", "register it again", new TableId("public", change.Table), Key(change.Key));

    /// <summary>Kafka's key of the record; null where it has none.</summary>
    public static ReadOnlyMemory<byte>? KeyBytes(RowEvent change)
    {
        if (change.Op == RowOp.Truncate) return null;
        return Encoding.UTF8.GetBytes(ShopDatabase.Text(change.Key));
    }

    private static Row Key(int key) => Row.Of(("id", ColumnValue.Of(key)));

    public static Row Image(RowEvent change) => Row.Of(change.Columns!.Select(c =>
        KeyValuePair.Create(c.Key, change.Unchanged.Contains(c.Key) ? ColumnValue.Unavailable : Value(change.Table, c.Key, c.Value))));

    private static ColumnValue Value(string table, string column, string? text) => (column, text) switch
    {
        (_, null) => ColumnValue.Null,
        ("id" or "product_id", _) => ColumnValue.Of(long.Parse(text, CultureInfo.InvariantCulture)),
        ("amount", _) => ColumnValue.Of(ExactDecimal.Parse(text)),
        ("is_default", _) => ColumnValue.Of(text == "true"),
        ("active", _) when table == "prices" => ColumnValue.Of(text == "true"),
        _ => ColumnValue.Of(text),
    };
}
