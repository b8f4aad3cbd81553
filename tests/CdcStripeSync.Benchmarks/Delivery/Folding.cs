using System.Globalization;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Benchmarks.Data;
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
        IEnumerable<SourceRecord> records = recording is null ? new ShopStream(schemas, 7).Make(Changes) : schemas.Records().Select(r => r.Record);
        using var stripe = SimulatorProcess.Start(100);
        await using var run = await BenchRun.OpenAsync(postgres, stripe.Address, BudgetOptions.Unlimited, ShopMapping.Read());
        var fewest = new FewestRequests(run.Map);
        List<SourceRecord> first = [], later = [];
        foreach (var record in records)
        {
            var isFirst = await decoder.DecodeAsync(record, default) is DecodedRecord.Change { Event: var change } ? fewest.Add(change) : later.Count == 0;
            (isFirst ? first : later).Add(record);
        }

        var images = RecordImages.Of(run.Map, schemas);
        var load = await run.DeliverAsync(Feed.Of(first, decoder, images));
        var trips = run.Calls.RoundTrips;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  shop-bench{(recording is null ? "'s shape" : "")}: first load of {first.Count} records in {load.Took.TotalSeconds:0} s, {load.PerSecond:0} requests/s, {(double)trips / first.Count:0.000} round trips to the state store a record; then {fewest.Changes} changes touch {fewest.Touched} objects, the hottest {fewest.Hottest} times; {fewest.Changed} of them are other ones in the end"));
        var before = await stripe.CountsAsync();
        var result = await run.DeliverAsync(Feed.Of(later, decoder, images));
        Say("its changes, as a backlog", fewest.Changes, fewest.Writes, await stripe.CountsAsync() - before, result);
    }

    private static void Say(string what, int records, int fewest, SimulatorCounts counts, Measured result) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"  {what}: {counts.Writes} requests = {(double)counts.Writes / fewest:0.000} of the fewest possible ({fewest}), and {counts.Reads} reads; one request a record: {records} ({(double)records / fewest:0.0}); {result.Took.TotalSeconds:0.0} s"));
}
