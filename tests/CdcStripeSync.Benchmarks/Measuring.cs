using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CdcStripeSync.Benchmarks;

/// <summary>Time that this thread had a core: what other work on a shared machine takes away does not count.</summary>
internal static partial class Measuring
{
    private const int ThreadCpuTime = 3;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    /// <summary>Values per second of one core: the median of several runs.</summary>
    /// <param name="prepare">Before each run, not measured.</param>
    public static Rate Rate(int runs, Action prepare, Func<long> run) => Median(runs, prepare, () => Clocked(run));

    /// <summary>The same, in parts: before each of them something is prepared that is not measured.</summary>
    /// <param name="prepare">Before each run, not measured.</param>
    /// <param name="next">Prepares the run's next part; null where it has no more.</param>
    public static Rate Rate(int runs, Action prepare, Func<int, Func<long>?> next) => Median(runs, prepare, () =>
    {
        var whole = default(Spent);
        for (var part = 0; next(part) is { } run; part++) whole = whole.With(Clocked(run));
        return whole;
    });

    private static Rate Median(int runs, Action prepare, Func<Spent> run)
    {
        // The just-in-time compiler makes its best code after a while only, on a thread of its own.
        for (var warm = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(warm) < WarmUp;)
        {
            prepare();
            run();
        }

        var rates = new List<Rate>();
        for (var i = 0; i < runs; i++)
        {
            prepare();
            rates.Add(run().Rate);
        }

        return rates.OrderBy(r => r.PerCoreSecond).ElementAt(rates.Count / 2);
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
