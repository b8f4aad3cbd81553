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
        var fetches = new Fetches(records);
        var reader = new AvroRecordReader(new DecoderOptions(), new TopicShapes(new DecoderOptions()));
        var schemas = records.Select(bench.ValueSchema).ToArray();
        var tree = Measuring.Rate(7, () => { }, fetch => fetches.Next(fetch) is not var (some, first) ? null : () =>
        {
            for (var i = 0; i < some.Count; i++) reader.Images(schemas[first + i], some[i].Value!.Value.Span[5..]);
            return some.Count;
        });
        Console.WriteLine($"generic decode of a value into a tree  {tree}");
        var generic = Measuring.Rate(7, () => { }, fetch => fetches.Next(fetch) is not var (some, _) ? null : () =>
        {
            foreach (var record in some) bench.Decode(record);
            return some.Count;
        });
        Console.WriteLine($"the same with key, headers, position   {generic}");

        // The stream as it is, against the rows that its snapshot left.
        var snapshot = Enumerable.Range(0, records.Length).Where(i => changes[i]?.Op == ChangeOp.Read).ToArray();
        var passed = new long[3];
        var stream = new Look(records, bench.Homes);
        Print("projecting decode + decide, all values ", Measuring.Rate(9, () => bench.Settle(snapshot, changes, -1), AtEach(stream, fetches, passed)), tree);
        Console.WriteLine($"  {bench.Rows.Count} rows; {Share(passed)} pass as unchanged");
        Print("the same, records that lay long        ", Measuring.Rate(9, () => bench.Settle(snapshot, changes, -1), () => stream.AtAll(passed)), tree);

        // Every value changes nothing: the newest of each row, again.
        var newest = Newest(changes);
        var again = newest.Select(i => records[i]).ToArray();
        var homes = newest.Select(i => bench.Homes[i]).ToArray();
        passed = new long[3];
        var unchanged = new Look(again, homes);
        Print("projecting decode + decide, no change  ", Measuring.Rate(21, () => bench.Settle(newest, changes, -1), AtEach(unchanged, new Fetches(again), passed)), tree);
        Console.WriteLine($"  {bench.Rows.Count} rows; {Share(passed)} pass as unchanged");
        Print("the same, records that lay long        ", Measuring.Rate(21, () => bench.Settle(newest, changes, -1), () => unchanged.AtAll(passed)), tree);
        Hot(again, homes, tree);
    }

    private static Func<int, Func<long>?> AtEach(Look look, Fetches fetches, long[] passed) =>
        fetch => fetches.Next(fetch) is not var (some, first) ? null : () => look.At(some, first, passed);

    private static void Hot(SourceRecord[] records, PartitionRows[] homes, Rate tree)
    {
        var few = new Look(records[..200], homes);
        var passed = new long[3];
        var rate = Measuring.Rate(9, () => { }, () =>
        {
            for (var i = 0; i < 200; i++) few.AtAll(passed);
            return 200 * 200;
        });
        Print("the same, 200 rows only (in cache)     ", rate, tree);
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

    private static void Print(string what, Rate rate, Rate tree) =>
        Console.WriteLine($"{what}{rate}; {rate.PerCoreSecond / tree.PerCoreSecond:F1} times the tree");

    private static string Share(long[] passed) => $"{100.0 * (passed.Sum() - passed[(int)Passing.No]) / passed.Sum():F1} %";
}
