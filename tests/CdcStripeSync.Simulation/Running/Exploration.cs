using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace CdcStripeSync.Simulation.Running;

/// <summary>Many seeds, each in a world of its own, on all cores; prints what they met and how they ended.</summary>
internal sealed class Exploration(Core.Mapping.Mapping mapping, SimulationOptions options)
{
    private const int MostShown = 12;

    /// <returns>0 where every seed held.</returns>
    public int Run(ulong first, ulong seeds, bool stopAtFirst)
    {
        var started = Stopwatch.StartNew();
        var results = new ConcurrentBag<SimulationResult>();
        var total = new Tally();
        var next = first;
        var failed = 0;
        var threads = Enumerable.Range(0, seeds == 1 ? 1 : Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            var mine = new Tally();
            while (true)
            {
                var seed = Interlocked.Increment(ref next) - 1;
                if (seed >= first + seeds || (stopAtFirst && Volatile.Read(ref failed) > 0)) break;
                var result = SimulatedHistory.Run(seed, mapping, options);
                mine.Add(result.Tally);
                mine.Add("histories");
                if (result.Failure is null) continue;
                Interlocked.Increment(ref failed);
                results.Add(result);
            }

            lock (total) total.Add(mine);
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Print(results.OrderBy(r => r.Seed).ToList(), total, started.Elapsed, first);
        return results.IsEmpty ? 0 : 1;
    }

    private static void Print(List<SimulationResult> failures, Tally total, TimeSpan time, ulong first)
    {
        var histories = total.Counts.GetValueOrDefault("histories");
        foreach (var (what, many) in total.Counts)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-46} {many,10}   {(double)many / Math.Max(1, histories),8:F2} a history"));
        foreach (var failure in failures.Take(MostShown)) Console.WriteLine($"seed {failure.Seed}: {failure.Failure}");
        foreach (var group in failures.GroupBy(f => f.Invariant).OrderByDescending(g => g.Count()))
            Console.WriteLine($"  {group.Key,-46} {group.Count(),10}   seeds {string.Join(' ', group.Take(6).Select(f => f.Seed))}");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{histories} histories from seed {first}: {failures.Count} failed, {time.TotalSeconds:F1} s, {histories / time.TotalMinutes:F0} a minute on {Environment.ProcessorCount} cores"));
    }
}
