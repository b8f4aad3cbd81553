using System.Globalization;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Benchmarks.Data;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.DevStack.Postgres;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>Requests that a backlog costs, by the simulator's count, beside the fewest that lead to its last state and beside one a record.</summary>
internal static class Folding
{
    private const int Rows = 600;
    private const int Times = 20;
    private const int Changes = 40_000;

    /// <param name="recording">A folder with the recording shop-bench; null generates records of its shape.</param>
    public static async Task RunAsync(PostgresServer postgres, string? recording)
    {
        Console.WriteLine("\nfolding, 100 ms latency, no limit");
        await RoundsAsync(postgres);
        await ShopAsync(postgres, recording);
    }

    private static async Task RoundsAsync(PostgresServer postgres)
    {
        using var stripe = SimulatorProcess.Start(100);
        await using var run = await BenchRun.OpenAsync(postgres, stripe.Address, BudgetOptions.Unlimited);
        await run.DeliverAsync(History.Creates(Rows));
        var before = await stripe.CountsAsync();
        var result = await run.DeliverAsync(History.Updates(Rows, Times, Rows));
        Say($"{Rows} rows, {Times} changes each", Rows * Times, Rows, await stripe.CountsAsync() - before, result);
    }

    private static async Task ShopAsync(PostgresServer postgres, string? recording)
    {
        var schemas = Recording.Open(recording ?? Repository.File("tests", "fixtures", "debezium", "shop-default-identity"));
        var decoder = new DebeziumDecoder(schemas, new DecoderOptions());
        var records = recording is null ? new ShopStream(schemas, 7).Make(Changes) : [.. schemas.Records().Select(r => r.Record).Where(r => r.Value is not null)];
        using var stripe = SimulatorProcess.Start(100);
        await using var run = await BenchRun.OpenAsync(postgres, stripe.Address, BudgetOptions.Unlimited, ShopMapping.Read());
        var rows = new Dictionary<EntityKey, (Row First, Row Last, int Changes)>();
        List<SourceRecord> first = [], later = [];
        foreach (var record in records)
        {
            if (await decoder.DecodeAsync(record, default) is not DecodedRecord.Change { Event: { After: { } after } change } || run.Map.For(change.Table).First() is not { } map) continue;
            var key = map.KeyOf(change.Table, after)!.Value;
            (change.Snapshot == SnapshotKind.Streamed ? later : first).Add(record);
            var image = after.Project(map.Columns);
            rows[key] = change.Snapshot != SnapshotKind.Streamed ? (image, image, 0) : rows.TryGetValue(key, out var known) ? (known.First, image, known.Changes + 1) : (Row.Empty, image, 1);
        }

        var images = RecordImages.Of(run.Map, schemas);
        var load = await run.DeliverAsync(Feed.Of(first, decoder, images));
        var touched = rows.Where(r => r.Value.Changes > 0).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  shop-bench{(recording is null ? "'s shape" : "")}: first load of {first.Count} rows in {load.Took.TotalSeconds:0} s, {load.PerSecond:0} requests/s; then {later.Count} changes touch {touched.Count} objects, the hottest {rows.Values.Max(r => r.Changes)} times"));
        var before = await stripe.CountsAsync();
        var result = await run.DeliverAsync(Feed.Of(later, decoder, images));
        Say("its changes, as a backlog", later.Count, touched.Sum(r => Fewest(r.Key, r.Value.First, r.Value.Last)), await stripe.CountsAsync() - before, result);
    }

    /// <summary>One request tells a changed object; a price's amount is a successor, its product's default where it was that, and the end of the old one.</summary>
    private static int Fewest(EntityKey key, Row first, Row last)
    {
        if (first.Equals(last)) return 0;
        if (key.Resource != "price" || first.Count == 0 || first["amount"] == last["amount"]) return 1;
        return last["is_default"] == ColumnValue.Of(true) ? 3 : 2;
    }

    private static void Say(string what, int records, int fewest, SimulatorCounts counts, Measured result) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"  {what}: {counts.Writes} requests = {(double)counts.Writes / fewest:0.000} of the fewest possible ({fewest}), and {counts.Reads} reads; one request a record: {records} ({(double)records / fewest:0.0}); {result.Took.TotalSeconds:0.0} s"));
}
