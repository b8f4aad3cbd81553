using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CdcStripeSync.CrashTest.Processes;

namespace CdcStripeSync.CrashTest.Running;

/// <summary>Many seeds in a few lanes, each lane with a state server of its own; prints faults beside outcomes.</summary>
internal static class Campaign
{
    private const int MostShown = 10;

    /// <returns>0 where every run held, 1 where one did not.</returns>
    public static async Task<int> RunAsync(ulong first, int runs, int lanes, CrashTestOptions options, CancellationToken cancellationToken)
    {
        var started = Stopwatch.StartNew();
        var results = new ConcurrentBag<RunResult>();
        var next = first - 1;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(lanes, runs)).Select(_ => LaneAsync()));
        if (options.Trace && runs == 1) foreach (var line in results.SelectMany(r => r.Lines)) Console.WriteLine(line);
        Print([.. results.OrderBy(r => r.Seed)], started.Elapsed);
        return results.Count == runs && results.All(r => r.Broken is null) ? 0 : 1;

        async Task LaneAsync()
        {
            await using var state = await StateServer.StartAsync(CancellationToken.None);
            while (!cancellationToken.IsCancellationRequested)
            {
                var seed = Interlocked.Increment(ref next);
                if (seed >= first + (ulong)runs) return;
                try
                {
                    var result = await CrashRun.OfAsync(seed, state, options, cancellationToken);
                    results.Add(result);
                    if (result.Broken is null) continue;
                    Console.WriteLine($"seed {seed} FAILED after {result.Took.TotalSeconds:0.0} s: {result.Broken}");
                    Console.WriteLine($"  what was done when: {await KeepAsync(result)}; again: make crash-test RUNS=1 SEED={seed}");
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    return;
                }
            }
        }
    }

    private static async Task<string> KeepAsync(RunResult result)
    {
        var file = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"cdc-stripe-crash-seed-{result.Seed}.log"));
        await File.WriteAllLinesAsync(file, result.Lines);
        return file;
    }

    private static void Print(IReadOnlyList<RunResult> results, TimeSpan took)
    {
        if (results.Count == 0) return;
        var failed = results.Where(r => r.Broken is not null).ToList();
        Console.WriteLine();
        Console.WriteLine($"{"history",-46}{"times",8}");
        foreach (var kind in Kinds(results, r => r.History)) Console.WriteLine($"{kind,-46}{results.Sum(r => r.History.GetValueOrDefault(kind)),8}");
        Console.WriteLine();
        Console.WriteLine($"{"fault",-46}{"times",8}{"runs ok",9}{"failed",8}");
        foreach (var kind in Kinds(results, r => r.Faults))
        {
            var met = results.Where(r => r.Faults.ContainsKey(kind)).ToList();
            Console.WriteLine($"{kind,-46}{met.Sum(r => r.Faults[kind]),8}{met.Count(r => r.Broken is null),9}{met.Count(r => r.Broken is not null),8}");
        }

        Console.WriteLine();
        foreach (var group in failed.GroupBy(r => r.Invariant)) Console.WriteLine($"failed: {group.Key}: {group.Count()} runs, seeds {string.Join(' ', group.Take(MostShown).Select(r => r.Seed))}");
        var settling = results.OrderBy(r => r.Settling).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{results.Count} runs, {results.Count - failed.Count} ok, {failed.Count} failed; {results.Sum(r => r.Records)} records, {results.Sum(r => r.Requests)} requests; {took.TotalMinutes:0.0} min, {results.Count / took.TotalMinutes:0.0} runs/minute; settled after the last fault: median {settling[settling.Count / 2].Settling.TotalSeconds:0.0} s, longest {settling[^1].Settling.TotalSeconds:0.0} s (seed {settling[^1].Seed})"));
    }

    private static IEnumerable<string> Kinds(IReadOnlyList<RunResult> results, Func<RunResult, IReadOnlyDictionary<string, int>> of) =>
        results.SelectMany(r => of(r).Keys).Distinct().Order(StringComparer.Ordinal);
}
