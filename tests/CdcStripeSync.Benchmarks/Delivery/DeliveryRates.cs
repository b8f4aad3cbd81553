using System.Diagnostics;
using System.Globalization;
using CdcStripeSync.DevStack.Postgres;
using CdcStripeSync.Pipeline.Budget;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>Delivery with the real state store and the simulator over HTTP, beside a plain loop that sends one request a record.</summary>
internal static class DeliveryRates
{
    /// <summary>Milliseconds.</summary>
    public static IReadOnlyList<int> Latencies { get; } = [50, 100, 200];

    public static async Task RunAsync(PostgresServer postgres, int rows, IReadOnlyList<int> latencies)
    {
        foreach (var latency in latencies)
        {
            using var stripe = SimulatorProcess.Start(latency);
            var loop = await LoopAsync(stripe.Address, TimeSpan.FromSeconds(4));
            await using var run = await BenchRun.OpenAsync(postgres, stripe.Address, BudgetOptions.Unlimited);
            var created = await run.DeliverAsync(History.Creates(rows));
            var (calls, trips, writes, written) = (run.Calls.Calls, run.Calls.RoundTrips, run.Calls.Writes, run.Calls.Written);
            var updated = await run.DeliverAsync(History.Updates(rows, 1, (ulong)rows));
            Console.WriteLine($"\nlatency {latency} ms, no limit; a plain loop: {loop:0.0} requests/s");
            Say("creates, one row each", created, loop, rows);
            Say("updates, one row each", updated, loop, rows);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  state store, creates: {trips} round trips for {calls} groups asked of it ({(double)trips / calls:0.00} each); {(double)written / writes:0} states in a written group, {(double)trips / rows:0.000} round trips a row"));
        }
    }

    /// <summary>How much of a limit is used.</summary>
    public static async Task LimitedAsync(PostgresServer postgres)
    {
        foreach (var limit in (int[])[25, 100])
        {
            using var stripe = SimulatorProcess.Start(100, limit);
            await using var run = await BenchRun.OpenAsync(postgres, stripe.Address, new BudgetOptions(limit, limit, 0, 512));
            var result = await run.DeliverAsync(History.Creates(limit * 15));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"\nlatency 100 ms, limit {limit}/s: {result.PerSecond:0.0} requests/s, {100 * result.PerSecond / limit:0.0} % of what is allowed; {result.Refused} of {result.Requests} refused with 429"));
        }
    }

    private static void Say(string what, Measured result, double loop, int fewest) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"  {what,-34} {result.PerSecond,7:0} requests/s = {result.PerSecond / loop,5:0} loops; {result.CpuSeconds * 1000 / result.Requests:0.00} CPU s per 1,000; {result.Requests} requests, {(double)result.Requests / fewest:0.00} of the fewest possible; {result.Refused} refused; {Process.GetCurrentProcess().WorkingSet64 / 1_000_000} MB"));

    /// <summary>The baseline: one request after another, as a consumer without concurrency sends them.</summary>
    private static async Task<double> LoopAsync(Uri address, TimeSpan time)
    {
        using var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "sk_test_bench");
        var clock = Stopwatch.StartNew();
        var sent = 0;
        for (; clock.Elapsed < time; sent++)
        {
            using var form = new FormUrlEncodedContent([KeyValuePair.Create("name", $"Loop {sent}")]);
            using var answer = await http.PostAsync(new Uri("/v1/products", UriKind.Relative), form);
            answer.EnsureSuccessStatusCode();
        }

        return sent / clock.Elapsed.TotalSeconds;
    }
}
