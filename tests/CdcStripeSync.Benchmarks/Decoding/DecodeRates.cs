using CdcStripeSync.Core.Changes;
using CdcStripeSync.Debezium;
using CdcStripeSync.Debezium.Envelope;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Unchanged;

namespace CdcStripeSync.Benchmarks.Decoding;

/// <summary>Values a second of the generic decoder, and of the projection with its decision, one after the other in one process.</summary>
internal static class DecodeRates
{
    public static void Run(DecodeBench bench)
    {
        var records = bench.Records;
        var changes = records.Select(bench.Decode).ToArray();
        Console.WriteLine($"{records.Length} values of {records.Average(r => (double)r.Value!.Value.Length):F0} bytes on average");
        var reader = new AvroRecordReader(new DecoderOptions(), new TopicShapes(new DecoderOptions()));
        var bodies = records.Select(r => (Schema: bench.ValueSchema(r), Body: r.Value!.Value[5..])).ToArray();
        var tree = Measuring.Rate(7, () => { }, () =>
        {
            foreach (var (schema, body) in bodies) reader.Images(schema, body.Span);
            return bodies.Length;
        });
        Console.WriteLine($"generic decode of a value into a tree  {tree}");
        var generic = Measuring.Rate(7, () => { }, () =>
        {
            foreach (var record in records) bench.Decode(record);
            return records.Length;
        });
        Console.WriteLine($"the same with key, headers, position   {generic}");

        // The stream as it is, against the rows that its snapshot left.
        var snapshot = Enumerable.Range(0, records.Length).Where(i => changes[i]?.Op == ChangeOp.Read).ToArray();
        var passed = new long[3];
        var stream = new Look(records, bench.Homes);
        var all = Measuring.Rate(9, () => bench.Settle(snapshot, changes, -1), () => stream.AtAll(passed));
        Print("projecting decode + decide, all values ", all, generic);
        Console.WriteLine($"  {bench.Rows.Count} rows; {Share(passed)} pass as unchanged");

        // Every value changes nothing: the newest of each row, again.
        var newest = Newest(changes);
        var again = newest.Select(i => records[i]).ToArray();
        var homes = newest.Select(i => bench.Homes[i]).ToArray();
        passed = new long[3];
        var unchanged = new Look(again, homes);
        var quiet = Measuring.Rate(21, () => bench.Settle(newest, changes, -1), () => unchanged.AtAll(passed));
        Print("projecting decode + decide, no change  ", quiet, generic);
        Console.WriteLine($"  {bench.Rows.Count} rows; {Share(passed)} pass as unchanged");
        Hot(again, homes, generic);
    }

    private static void Hot(SourceRecord[] records, PartitionRows[] homes, Rate generic)
    {
        var few = new Look(records[..200], homes);
        var passed = new long[3];
        var rate = Measuring.Rate(9, () => { }, () =>
        {
            for (var i = 0; i < 200; i++) few.AtAll(passed);
            return 200 * 200;
        });
        Print("the same, 200 rows only (in cache)     ", rate, generic);
    }

    /// <summary>Each row's newest record that holds a row, in the stream's order.</summary>
    public static int[] Newest(ChangeEvent?[] changes)
    {
        var newest = new Dictionary<(TableId, string), int>();
        for (var i = 0; i < changes.Length; i++)
        {
            if (changes[i] is { After: { } row, Op: ChangeOp.Update or ChangeOp.Read } change) newest[(change.Table, row["id"].ToText()!)] = i;
        }

        return [.. newest.Values.Order()];
    }

    private static void Print(string what, Rate rate, Rate generic) =>
        Console.WriteLine($"{what}{rate}; {rate.PerCoreSecond / generic.PerCoreSecond:F1} times the generic");

    private static string Share(long[] passed) => $"{100.0 * (passed.Sum() - passed[(int)Passing.No]) / passed.Sum():F1} %";
}
