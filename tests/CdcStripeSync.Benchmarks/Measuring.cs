using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CdcStripeSync.Benchmarks;

/// <summary>Time that this thread had a core: what other work on a shared machine takes away does not count.</summary>
internal static partial class Measuring
{
    private const int ThreadCpuTime = 3;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    /// <summary>Measures several in turn, round by round: what else the machine does at the time falls on all of them alike.</summary>
    /// <returns>Of each contestant its rate in each round.</returns>
    public static Rate[][] InTurn(int rounds, params Contestant[] contestants)
    {
        // The just-in-time compiler makes its best code after a while only, on a thread of its own.
        foreach (var contestant in contestants)
        {
            for (var warm = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(warm) < WarmUp;) Run(contestant);
        }

        var rates = contestants.Select(_ => new Rate[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < contestants.Length; i++) rates[i][round] = Run(contestants[i]);
        }

        return rates;
    }

    private static Rate Run(Contestant contestant)
    {
        contestant.Prepare();
        GC.Collect(); // nobody pays for what was left young by another, or by what prepared this
        var whole = default(Spent);
        for (var part = 0; contestant.Next(part) is { } run; part++) whole = whole.With(Clocked(run));
        return whole.Rate;
    }

    private static Spent Clocked(Func<long> run)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var wall = Stopwatch.GetTimestamp();
        var cpu = CpuNanoseconds();
        var values = run();
        cpu = CpuNanoseconds() - cpu;
        return new Spent(values, cpu, Stopwatch.GetElapsedTime(wall).TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - bytes);
    }

    /// <summary>Linux's thread clock; elsewhere the wall's.</summary>
    private static long CpuNanoseconds()
    {
        if (!OperatingSystem.IsLinux() || ClockGetTime(ThreadCpuTime, out var time) != 0) return (long)Stopwatch.GetElapsedTime(0).TotalNanoseconds;
        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    private readonly record struct Spent(long Values, long CpuNanoseconds, double Seconds, long Bytes)
    {
        public Rate Rate => new(Values / (CpuNanoseconds / 1e9), Values / Seconds, Bytes / (double)Values);

        public Spent With(Spent more) => new(Values + more.Values, CpuNanoseconds + more.CpuNanoseconds, Seconds + more.Seconds, Bytes + more.Bytes);
    }

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
