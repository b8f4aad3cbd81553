using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>Generated changes of products and customers, half of each; positions grow by one.</summary>
internal static class History
{
    public const string Topic = "shop";

    public const string Mapping = """
        version: 1
        limits:
          breadth: { share: 1, at_least: 10000000, window: 10m }
        resources:
          product:
            from: public.products
            key: [id]
            stripe_id: "shop_{id}"
            fields:
              name: { column: name }
          customer:
            from: public.customers
            key: [id]
            on_delete: keep
            fields:
              email: { column: email }
              name: { column: name }
        """;

    // As the decoder makes rows: what they take of the memory is measured, too.
    private static readonly ColumnNames Key = ColumnNames.Of(["id"])!;
    private static readonly ColumnNames Product = ColumnNames.Of(["id", "name"])!;
    private static readonly ColumnNames Customer = ColumnNames.Of(["id", "email", "name"])!;

    /// <param name="first">The first row's number.</param>
    public static Feed Creates(int rows, int first = 0, int partition = 0) => Feed.Of(rows, i => Of(i, first + i, ChangeOp.Create, "first"), partition);

    /// <summary>The same rows again, each changed <paramref name="times"/> times, one round after another.</summary>
    public static Feed Updates(int rows, int times, ulong after) => Feed.Of(rows * times, i => Of(i, i % rows, ChangeOp.Update, $"round {i / rows}", after));

    /// <summary>New rows: every other one is a change, the others come from a snapshot.</summary>
    public static Feed Mixed(int rows) => Feed.Of(rows, i => Of(i, i, IsLive(i) ? ChangeOp.Create : ChangeOp.Read, "first"));

    /// <summary>Of <see cref="Mixed"/>: a change, not a snapshot's row.</summary>
    public static bool IsLive(int row) => row / 2 % 2 == 0;

    private static ChangeEvent Of(int index, int row, ChangeOp op, string text, ulong after = 0)
    {
        var isProduct = row % 2 == 0;
        var id = ColumnValue.Of(row);
        return new ChangeEvent
        {
            Origin = new RecordOrigin(Topic, 0, index),
            Table = new TableId("public", isProduct ? "products" : "customers"),
            Op = op,
            After = isProduct
                ? Row.Of(Product, [id, ColumnValue.Of($"Product {row} {text}")])
                : Row.Of(Customer, [id, ColumnValue.Of($"c{row}@shop.example"), ColumnValue.Of($"Customer {row} {text}")]),
            RecordKey = Row.Of(Key, [id]),
            Snapshot = op == ChangeOp.Read ? SnapshotKind.Incremental : SnapshotKind.Streamed,
            Position = SourcePosition.OfLsn(after + (ulong)index + 1),
            CommittedAt = new Instant(1_790_000_000 + index, 0),
        };
    }
}
