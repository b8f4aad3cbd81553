using System.Collections.Immutable;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Tests.Doubles;

/// <summary>A row's change in few words.</summary>
/// <param name="Lsn">Position; also the commit time in seconds, where <see cref="At"/> does not say otherwise.</param>
internal sealed record Change(ChangeOp Op, string Table, ulong Lsn, Row? After)
{
    public long? At { get; init; }

    public int Partition { get; init; }

    public string Schema { get; init; } = "public";

    public Row Key { get; init; } = Row.Empty;

    /// <summary>The row before, where the source tells it (REPLICA IDENTITY FULL).</summary>
    public Row? Before { get; init; }

    public Row? OldKey { get; init; }

    public Row? NewKey { get; init; }

    public SnapshotKind? Snapshot { get; init; }

    public IReadOnlySet<string>? WriterColumns { get; init; }

    public bool IsOfDocument { get; init; }

    /// <summary>The record says where it stands in the source; else only Kafka does, with a time where <see cref="At"/> says one.</summary>
    public bool HasSource { get; init; } = true;

    public bool MayFollowDelete { get; init; }

    public static Change Product(ulong lsn, int id, string name, ChangeOp op = ChangeOp.Update, string status = "active") => Of(op, "products", lsn, id, Columns(
        ("name", ColumnValue.Of(name)), ("description", ColumnValue.Null), ("status", ColumnValue.Of(status)), ("images", ColumnValue.Null), ("deleted_at", ColumnValue.Null)));

    public static Change Price(ulong lsn, int id, int product, string amount, ChangeOp op = ChangeOp.Update, bool isDefault = false, string? lookup = null, string currency = "usd") => Of(op, "prices", lsn, id, Columns(
        ("product_id", ColumnValue.Of(product)), ("currency", ColumnValue.Of(currency)), ("amount", ColumnValue.Of(ExactDecimal.Parse(amount))),
        ("lookup_key", lookup is null ? ColumnValue.Null : ColumnValue.Of(lookup)), ("nickname", ColumnValue.Null), ("is_default", ColumnValue.Of(isDefault))));

    public static Change Customer(ulong lsn, int id, string email, ChangeOp op = ChangeOp.Update) => Of(op, "customers", lsn, id, Columns(("email", ColumnValue.Of(email))));

    public static Change Delete(ulong lsn, string table, int id) => new(ChangeOp.Delete, table, lsn, null) { Key = IdOf(id) };

    public static Change Truncate(ulong lsn, string table) => new(ChangeOp.Truncate, table, lsn, null);

    public Change Without(params string[] columns) => this with { After = Row.Of(After!.Where(c => !columns.Contains(c.Key))) };

    public Change With(string column, ColumnValue value) => this with { After = Row.Of(After!.Where(c => c.Key != column).Append(KeyValuePair.Create(column, value))) };

    public Change Read(SnapshotKind kind = SnapshotKind.Complete) => this with { Op = ChangeOp.Read, Snapshot = kind };

    public static Row IdOf(int id) => Row.Of(("id", ColumnValue.Of(id)));

    public RecordOrigin AddTo(ScriptedSource source) => source.Add($"shop.public.{Table}", Partition, Read);

    /// <summary>As it comes from this record.</summary>
    public DecodedRecord Read(RecordOrigin origin) => new DecodedRecord.Change(new ChangeEvent
    {
        Origin = origin,
        Table = new TableId(Schema, Table),
        Op = Op,
        Before = Before,
        After = After,
        RecordKey = Key,
        OldKey = OldKey,
        NewKey = NewKey,
        Snapshot = Snapshot ?? SnapshotKind.Streamed,
        Position = HasSource ? SourcePosition.OfLsn(Lsn) : SourcePosition.Of(origin),
        CommittedAt = HasSource ? new Instant(At ?? (long)Lsn, 0) : At is { } at ? new Instant(at, 0) : null,
        MayFollowDelete = MayFollowDelete,
        WriterColumns = WriterColumns,
        IsOfDocument = IsOfDocument,
    });

    private static Change Of(ChangeOp op, string table, ulong lsn, int id, ImmutableArray<(string, ColumnValue)> columns) =>
        new(op, table, lsn, Row.Of([("id", ColumnValue.Of(id)), .. columns])) { Key = IdOf(id) };

    private static ImmutableArray<(string, ColumnValue)> Columns(params (string, ColumnValue)[] columns) => [.. columns];
}
