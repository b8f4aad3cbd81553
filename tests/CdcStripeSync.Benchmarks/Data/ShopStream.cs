using System.Globalization;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Benchmarks.Data;

/// <summary>Records of the recording shop-bench's shape, made here: a snapshot of 35,000 rows, then skewed changes, two in five of columns
/// that never leave. The schemas are recorded ones.</summary>
internal sealed class ShopStream(Recording schemas, int seed)
{
    private const int Products = 10_000;
    private const int Prices = 20_000;
    private const int Customers = 5_000;

    private readonly Random _random = new(seed);
    private readonly List<SourceRecord> _records = [];
    private readonly Dictionary<(string Table, int Id), Dictionary<string, object?>> _rows = [];
    private readonly Dictionary<(string Table, int Partition), long> _offsets = [];
    private long _lsn = 153_309_456;
    private long _micros = 1_795_238_130_000_000;

    private Table ProductTable { get; } = new("products", 23, 24, Schema(schemas, 23), Schema(schemas, 24));

    private Table PriceTable { get; } = new("prices", 21, 22, Schema(schemas, 21), Schema(schemas, 22));

    private Table CustomerTable { get; } = new("customers", 19, 20, Schema(schemas, 19), Schema(schemas, 20));

    /// <param name="changes">Changes after the snapshot.</param>
    public IReadOnlyList<SourceRecord> Make(int changes)
    {
        for (var id = 1; id <= Products; id++) Snapshot(ProductTable, id, ShopRows.Product(id, _random));
        for (var id = 1; id <= Prices; id++) Snapshot(PriceTable, id, ShopRows.Price(id, Products, _random));
        for (var id = 1; id <= Customers; id++) Snapshot(CustomerTable, id, ShopRows.Customer(id, _random));
        for (var i = 0; i < changes; i++) Change();
        return _records;
    }

    /// <summary>Customers, and one change of each, in the same order.</summary>
    public (IReadOnlyList<SourceRecord> First, IReadOnlyList<SourceRecord> Changes) MakeOnce(int customers)
    {
        for (var id = 1; id <= customers; id++) Snapshot(CustomerTable, id, ShopRows.Customer(id, _random));
        for (var id = 1; id <= customers; id++)
        {
            var row = _rows[("customers", id)];
            row["full_name"] = $"Customer {id} r{_random.Next(99_999)}";
            row["email"] = $"c{id}@other.example";
            Add(CustomerTable, id, row, "u", "false");
        }

        return (_records[..customers], _records[customers..]);
    }

    private static AvroSchema Schema(Recording schemas, int id) => AvroSchema.Parse(schemas.SchemaTexts[id]);

    private void Snapshot(Table table, int id, Dictionary<string, object?> row)
    {
        _rows[(table.Name, id)] = row;
        Add(table, id, row, "r", "true");
    }

    private void Change()
    {
        var share = _random.NextDouble();
        var (table, count) = share < 0.76 ? (ProductTable, Products) : share < 0.95 ? (PriceTable, Prices) : (CustomerTable, Customers);
        // Few rows take most changes, as in the recording.
        var id = 1 + (int)((count - 1) * Math.Pow(_random.NextDouble(), 3));
        var row = _rows[(table.Name, id)];
        var isQuiet = _random.NextDouble() < 0.4;
        row["updated_at"] = table.Name == "prices" ? _micros : (object)string.Create(CultureInfo.InvariantCulture, $"2026-11-21T05:15:{_random.Next(60):D2}.{_random.Next(1_000_000):D6}Z");
        switch (table.Name)
        {
            case "products" when isQuiet: row["cost"] = ShopRows.Decimal(_random.Next(1_000, 9_000_000)); break;
            case "products": row["name"] = $"Product {id} r{_random.Next(99_999)}"; break;
            case "customers" when isQuiet: row["balance"] = ShopRows.Decimal(_random.Next(9_000)); break;
            case "customers": row["phone"] = $"+4416329{_random.Next(10_000, 99_999)}"; break;
            default:
                if (!isQuiet) row["amount"] = ShopRows.Decimal(_random.Next(1_000, 9_000_000));
                break;
        }

        Add(table, id, row, "u", "false");
    }

    private void Add(Table table, int id, Dictionary<string, object?> row, string op, string snapshot)
    {
        _lsn += _random.Next(100, 900);
        _micros += _random.Next(50, 300);
        var lsn = _lsn;
        var micros = _micros;
        var value = new AvroWriter(path => path switch
        {
            "before" or "transaction" => null,
            "after" => row,
            "op" => op,
            "ts_ms" => micros / 1_000,
            "ts_us" => micros,
            "ts_ns" => micros * 1_000,
            "source.version" => "3.5.0.Final",
            "source.connector" => "postgresql",
            "source.name" => "shop_bench",
            "source.db" => "r_bench",
            "source.schema" => "public",
            "source.table" => table.Name,
            "source.snapshot" => snapshot,
            "source.sequence" => $"""["{lsn - 4_000}","{lsn}"]""",
            "source.ts_ms" => (micros - 300_000) / 1_000,
            "source.ts_us" => micros - 300_000,
            "source.ts_ns" => (micros - 300_000) * 1_000,
            "source.txId" => 2_700L + (lsn & 0xfff),
            "source.lsn" => lsn,
            _ => path.StartsWith("after.", StringComparison.Ordinal) ? row.GetValueOrDefault(path["after.".Length..]) : null,
        }).Frame(table.ValueId, table.Value);
        var key = new AvroWriter(path => row[path]).Frame(table.KeyId, table.Key);
        var partition = id % 3;
        var offset = _offsets[(table.Name, partition)] = _offsets.GetValueOrDefault((table.Name, partition)) + 1;
        _records.Add(new SourceRecord(new RecordOrigin("shop_bench.public." + table.Name, partition, offset - 1), micros / 1_000, key, value, Headers));
    }

    private static readonly RecordHeader[] Headers =
    [
        new("__debezium.context.connectorLogicalName", "shop_bench"u8.ToArray()), new("__debezium.context.taskId", "0"u8.ToArray()),
        new("__debezium.context.connectorName", "postgresql"u8.ToArray()), new("__debezium.context.runId", "01a1fc88-0e52-75a2-bcf7-4a8506f1496e"u8.ToArray()),
    ];

    private sealed record Table(string Name, int KeyId, int ValueId, AvroSchema Key, AvroSchema Value);
}
