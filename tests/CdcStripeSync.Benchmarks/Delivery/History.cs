using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>Generated changes of the sample shop; offsets are indices, positions grow by one.</summary>
internal static class History
{
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

    /// <summary>Half products, half customers: one row each.</summary>
    public static List<ChangeEvent> Creates(int rows) => [.. Enumerable.Range(0, rows).Select(i => Of(i, i, ChangeOp.Create, "first"))];

    /// <summary>The same rows again, each changed <paramref name="times"/> times, one round after another.</summary>
    public static List<ChangeEvent> Updates(int rows, int times, ulong after) =>
        [.. Enumerable.Range(0, rows * times).Select(i => Of(i, i % rows, ChangeOp.Update, $"round {i / rows}", after))];

    private static ChangeEvent Of(int index, int row, ChangeOp op, string text, ulong after = 0)
    {
        var isProduct = row % 2 == 0;
        var id = ColumnValue.Of(row);
        return new ChangeEvent
        {
            Origin = new RecordOrigin("shop", 0, index),
            Table = new TableId("public", isProduct ? "products" : "customers"),
            Op = op,
            After = isProduct
                ? Row.Of(("id", id), ("name", ColumnValue.Of($"Product {row} {text}")))
                : Row.Of(("id", id), ("email", ColumnValue.Of($"c{row}@shop.example")), ("name", ColumnValue.Of($"Customer {row} {text}"))),
            RecordKey = Row.Of(("id", id)),
            Snapshot = SnapshotKind.Streamed,
            Position = SourcePosition.OfLsn(after + (ulong)index + 1),
            CommittedAt = new Instant(1_790_000_000 + index, 0),
        };
    }
}
