using System.Diagnostics;
using System.Globalization;
using CdcStripeSync.DevStack.Postgres;
using CdcStripeSync.Pipeline.Budget;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>One instance and two, each a process of its own with a partition of its own, over one state store and one Stripe.</summary>
internal static class TwoInstances
{
    private const int RowsEach = 4_000;

    public static async Task RunAsync(PostgresServer postgres)
    {
        foreach (var concurrency in (int[])[32, 512])
        {
            var one = await RateAsync(postgres, 1, concurrency);
            var two = await RateAsync(postgres, 2, concurrency);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"\ninstances, 100 ms latency, no limit, at most {concurrency} requests under way in each: one {one:0} requests/s, two {two:0} = {two / one:0.00} times"));
        }
    }

    /// <summary>The part of one instance: delivers when it is told to.</summary>
    public static async Task WorkAsync(string database, string stripe, int instance, int concurrency)
    {
        await using var run = await BenchRun.OpenAsync(database, new Uri(stripe), BudgetOptions.Unlimited with { MaxConcurrency = concurrency });
        // Once through, so that what is measured is compiled already.
        await run.DeliverAsync(History.Creates(1_000, 10_000_000 * (instance + 1), instance + 2));
        Console.WriteLine("ready");
        Console.ReadLine();
        await run.DeliverAsync(History.Creates(RowsEach, RowsEach * instance, instance));
        Console.WriteLine("done");
    }

    private static async Task<double> RateAsync(PostgresServer postgres, int instances, int concurrency)
    {
        using var stripe = SimulatorProcess.Start(100);
        var database = postgres.ConnectionString(await BenchRun.DatabaseAsync(postgres));
        await using (await BenchRun.OpenAsync(database, stripe.Address, BudgetOptions.Unlimited))
        {
            // The store's tables are made before the instances come.
        }

        var workers = Enumerable.Range(0, instances).Select(i => Start(database, stripe.Address, i, concurrency)).ToList();
        try
        {
            foreach (var worker in workers) await HearAsync(worker, "ready");
            var clock = Stopwatch.StartNew();
            foreach (var worker in workers) await worker.StandardInput.WriteLineAsync("go");
            foreach (var worker in workers) await HearAsync(worker, "done");
            return RowsEach * instances / clock.Elapsed.TotalSeconds;
        }
        finally
        {
            foreach (var worker in workers)
            {
                worker.Kill();
                await worker.WaitForExitAsync();
                worker.Dispose();
            }
        }
    }

    private static Process Start(string database, Uri stripe, int instance, int concurrency)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true };
        string[] arguments = [typeof(TwoInstances).Assembly.Location, "delivery-instance", database, stripe.ToString(), $"{instance}", $"{concurrency}"];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("the instance did not start");
    }

    private static async Task HearAsync(Process worker, string word)
    {
        while (await worker.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == word) return;
            Console.WriteLine($"  an instance says: {line}");
        }

        throw new InvalidOperationException($"an instance ended without saying {word}");
    }
}
