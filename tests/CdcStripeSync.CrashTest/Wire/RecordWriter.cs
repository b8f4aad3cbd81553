using System.Text;
using CdcStripeSync.CrashTest.History;

namespace CdcStripeSync.CrashTest.Wire;

/// <summary>Turns a change into the record that Debezium makes of it (PostgreSQL, REPLICA IDENTITY DEFAULT, Avro).</summary>
internal sealed class RecordWriter(RecordedSchemas schemas)
{
    private const string Placeholder = "__debezium_unavailable_value";

    public WireRecord Of(RowChange change)
    {
        var topic = $"shop.public.{change.Table}";
        if (change.Op == RowOp.Poison) return new WireRecord(topic, Encoding.UTF8.GetBytes(change.Key.ToString()!), [0, 0, 0, 0, 24, 255, 255, 255], []);
        var key = schemas.Encode($"{topic}.Key", new Dictionary<string, object?> { ["id"] = change.Key });
        if (change.Op == RowOp.Tombstone) return new WireRecord(topic, key, null, Headers(change, "__debezium.newkey"));
        var envelope = new Dictionary<string, object?>
        {
            ["before"] = change.After is null ? new Dictionary<string, object?> { ["id"] = change.Key } : null,
            ["after"] = change.After?.ToDictionary(c => c.Key, c => change.Unchanged.Contains(c.Key) ? Placeholder : c.Value),
            ["source"] = Source(change),
            ["transaction"] = change.Op == RowOp.Read ? null : Transaction(change),
            ["op"] = change.Op switch { RowOp.Read => "r", RowOp.Insert or RowOp.MovedHere => "c", RowOp.Update => "u", _ => "d" },
            ["ts_ms"] = change.At + 40,
        };
        return new WireRecord(topic, key, schemas.Encode($"{topic}.Envelope", envelope), Headers(change, change.Op == RowOp.MovedHere ? "__debezium.oldkey" : "__debezium.newkey"));
    }

    private static Dictionary<string, object?> Source(RowChange change) => new()
    {
        ["version"] = "3.5.0.Final",
        ["connector"] = "postgresql",
        ["name"] = "shop",
        ["ts_ms"] = change.At,
        ["snapshot"] = change.Op == RowOp.Read ? "true" : "false",
        ["db"] = "shop",
        ["sequence"] = change.Op == RowOp.Read ? $"[null,\"{change.Lsn}\"]" : $"[\"{change.Lsn - 48}\",\"{change.Lsn}\"]",
        ["ts_us"] = change.At * 1_000,
        ["ts_ns"] = change.At * 1_000_000,
        ["schema"] = "public",
        ["table"] = change.Table,
        ["txId"] = change.Transaction,
        ["lsn"] = change.Lsn,
    };

    private static Dictionary<string, object?> Transaction(RowChange change) =>
        new() { ["id"] = $"{change.Transaction}:{change.Lsn}", ["total_order"] = 1L, ["data_collection_order"] = 1L };

    private static IReadOnlyList<KeyValuePair<string, byte[]>> Headers(RowChange change, string name)
    {
        var context = KeyValuePair.Create("__debezium.context.connectorName", Encoding.UTF8.GetBytes("postgresql"));
        return change.OtherKey is { } other ? [KeyValuePair.Create(name, Encoding.UTF8.GetBytes(other is string text ? $"{{\"id\":\"{text}\"}}" : $"{{\"id\":{other}}}")), context] : [context];
    }
}
