using System.Diagnostics;
using System.Globalization;
using CdcStripeSync.CrashTest.Workers;

namespace CdcStripeSync.CrashTest.Running;

/// <summary>Many seeds in a few lanes. Each lane has a worker process, and another one where that dies.</summary>
/// <param name="first">The first seed; the others follow it.</param>
/// <param name="within">No run begins after it.</param>
internal sealed class Campaign(ulong first, int runs, TimeSpan within, CrashTestOptions options)
{
    /// <summary>How often a seed is begun at most: no run is told to be decided that the mock cluster ended each time.</summary>
    private const int MostTries = 4;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly CampaignTally _tally = new(runs);
    private ulong _next = first - 1;

    /// <returns>0 where every run that was begun held, 1 where one did not or could not be decided.</returns>
    public async Task<int> RunAsync(int lanes, CancellationToken cancellationToken)
    {
        await Task.WhenAll(Enumerable.Range(0, Math.Min(lanes, runs)).Select(_ => LaneAsync(cancellationToken)));
        foreach (var line in options.Trace && runs == 1 ? _tally.Results.SelectMany(r => r.Lines) : []) Console.WriteLine(line);
        var report = new CampaignReport(_tally, _clock.Elapsed);
        foreach (var line in report.Lines()) Console.WriteLine(line);
        return report.HasHeld ? 0 : 1;
    }

    /// <summary>One seed, in a worker of its own.</summary>
    public static async Task<RunResult> RunAsync(ulong seed, CrashTestOptions options, CancellationToken cancellationToken)
    {
        var campaign = new Campaign(seed, 1, TimeSpan.MaxValue, options);
        await campaign.LaneAsync(cancellationToken);
        return campaign._tally.Results.SingleOrDefault() ?? RunResult.OfDeadProcess(seed, "the mock cluster ended itself each time", []);
    }

    private async Task LaneAsync(CancellationToken cancellationToken)
    {
        WorkerProcess? worker = null;
        try
        {
            while (_clock.Elapsed < within && Interlocked.Increment(ref _next) is var seed && seed < first + (ulong)runs)
            {
                for (var tries = 1; tries <= MostTries; tries++)
                {
                    worker = await LivingAsync(worker);
                    if (await DecideAsync(worker, seed, cancellationToken)) break;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            worker?.Kill();
        }
        finally
        {
            if (worker is not null) await worker.DisposeAsync();
        }
    }

    private async Task<WorkerProcess> LivingAsync(WorkerProcess? worker)
    {
        if (worker is { IsAlive: true }) return worker;
        if (worker is not null) await worker.DisposeAsync();
        return WorkerProcess.Start(options);
    }

    /// <returns>False where the seed has to be run again.</returns>
    private async Task<bool> DecideAsync(WorkerProcess worker, ulong seed, CancellationToken cancellationToken)
    {
        switch (await worker.RunAsync(seed, cancellationToken))
        {
            case WorkerAnswer.Ran { Result: var result }:
                await TakeAsync(result);
                return true;
            case WorkerAnswer.MockClusterEnded { Said: var said }:
                _tally.MockClusterEnded(seed);
                Console.WriteLine($"seed {seed}: the mock cluster ended itself, it is run again: {said}");
                return false;
            case WorkerAnswer.Died { How: var how, Lines: var lines }:
                await TakeAsync(RunResult.OfDeadProcess(seed, how, lines));
                return true;
            default: throw new InvalidOperationException("an unknown answer of a worker");
        }
    }

    private async Task TakeAsync(RunResult result)
    {
        if (result.Broken is not null)
        {
            Console.WriteLine($"seed {result.Seed} FAILED after {result.Took.TotalSeconds:0.0} s: {result.Broken}");
            Console.WriteLine($"  what was done when: {await KeepAsync(result)}; again: make crash-test RUNS=1 SEED={result.Seed}");
        }

        if (_tally.Add(result) is { } progress) Console.WriteLine($"{progress}; {_clock.Elapsed.TotalMinutes.ToString("0.0", CultureInfo.InvariantCulture)} min");
    }

    private static async Task<string> KeepAsync(RunResult result)
    {
        var file = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"cdc-stripe-crash-seed-{result.Seed}.log"));
        await File.WriteAllLinesAsync(file, result.Lines);
        return file;
    }
}
