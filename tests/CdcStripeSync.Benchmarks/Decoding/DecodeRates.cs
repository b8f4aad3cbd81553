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
        var reader = new AvroRecordReader(new DecoderOptions(), new TopicShapes(new DecoderOptions()), new MappedTables(new DecoderOptions(), null));
        var schemas = records.Select(bench.ValueSchema).ToArray();
        var tree = new Contestant(() => { }, fetch => fetches.Next(fetch) is not var (some, first) ? null : () =>
        {
            for (var i = 0; i < some.Count; i++) reader.Images(schemas[first + i], some[i].Value!.Value.Span[5..]);
            return some.Count;
        });
        var generic = new Contestant(() => { }, fetch => fetches.Next(fetch) is not var (some, _) ? null : () =>
        {
            foreach (var record in some) bench.Decode(record);
            return some.Count;
        });

        // The stream as it is, against the rows that its snapshot left.
        var snapshot = Enumerable.Range(0, records.Length).Where(i => changes[i]?.Op == ChangeOp.Read).ToArray();
        void Settle() => bench.Settle(snapshot, changes, -1);
        var look = new Look(records, bench.Homes);
        long[] passed = new long[3], others = new long[3];
        var stream = Measuring.InTurn(9, tree, generic, new Contestant(Settle, Each(look, fetches, passed)), Contestant.Whole(Settle, () => look.AtAll(others)));
        Print("generic decode of a value into a tree  ", stream[0]);
        Print("the same with key, headers, position   ", stream[1]);
        Print("projecting decode + decide, all values ", stream[2], stream[0]);
        Console.WriteLine($"  {bench.Rows.Count} rows; {Share(passed)} pass as unchanged");
        Print("the same, records that lay long        ", stream[3], stream[0]);

        // Every value changes nothing: the newest of each row, again.
        var newest = Newest(changes);
        var again = newest.Select(i => records[i]).ToArray();
        var homes = newest.Select(i => bench.Homes[i]).ToArray();
        void SettleAll() => bench.Settle(newest, changes, -1);
        passed = new long[3];
        var unchanged = new Look(again, homes);
        var few = new Look(again[..200], homes);
        var same = Measuring.InTurn(9, tree, new Contestant(SettleAll, Each(unchanged, new Fetches(again), passed)), Contestant.Whole(SettleAll, () => unchanged.AtAll(others)), Contestant.Whole(() => { }, () =>
        {
            for (var i = 0; i < 200; i++) few.AtAll(others);
            return 200 * 200;
        }));
        Print("projecting decode + decide, no change  ", same[1], same[0]);
        Console.WriteLine($"  {bench.Rows.Count} rows; {Share(passed)} pass as unchanged");
        Print("the same, records that lay long        ", same[2], same[0]);
        Print("the same, 200 rows only (in cache)     ", same[3], same[0]);
    }

    private static Func<int, Func<long>?> Each(Look look, Fetches fetches, long[] passed) =>
        fetch => fetches.Next(fetch) is not var (some, first) ? null : () => look.At(some, first, passed);

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

    /// <param name="tree">Measured beside it: the ratio is the median of the rounds' ratios.</param>
    private static void Print(string what, Rate[] rates, Rate[]? tree = null)
    {
        var ratio = tree is null ? "" : $"; {Median(rates.Zip(tree, (r, t) => r.PerCoreSecond / t.PerCoreSecond)):F1} times the tree";
        Console.WriteLine($"{what}{rates.OrderBy(r => r.PerCoreSecond).ElementAt(rates.Length / 2)}{ratio}");
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;

    private static string Share(long[] passed) => $"{100.0 * (passed.Sum() - passed[(int)Passing.No]) / passed.Sum():F1} %";
}
