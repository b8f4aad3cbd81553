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
    public static Rate Rate(int runs, Action prepare, Func<long> run)
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
            var bytes = GC.GetAllocatedBytesForCurrentThread();
            var wall = Stopwatch.GetTimestamp();
            var cpu = CpuNanoseconds();
            var values = run();
            cpu = CpuNanoseconds() - cpu;
            rates.Add(new Rate(
                values / (cpu / 1e9), values / Stopwatch.GetElapsedTime(wall).TotalSeconds, (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)values));
        }

        return rates.OrderBy(r => r.PerCoreSecond).ElementAt(rates.Count / 2);
    }

    /// <summary>Linux's thread clock; elsewhere the wall's.</summary>
    private static long CpuNanoseconds()
    {
        if (!OperatingSystem.IsLinux() || ClockGetTime(ThreadCpuTime, out var time) != 0) return (long)Stopwatch.GetElapsedTime(0).TotalNanoseconds;
        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
