using System.Diagnostics;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>Resident memory of this process, in megabytes, looked at twice a second.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private readonly Timer _timer;
    private long _peak;

    public MemoryWatch() => _timer = new Timer(_ => _peak = Math.Max(_peak, Now()), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(500));

    public long Peak => _peak;

    public static long Now()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / 1_000_000;
    }

    public void Dispose() => _timer.Dispose();
}
