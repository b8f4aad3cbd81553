using System.Diagnostics;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>Memory of this process, in megabytes, looked at twice a second.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private readonly Timer _timer;
    private long _peak;
    private long _heapPeak;

    public MemoryWatch() => _timer = new Timer(_ => Look(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(500));

    /// <summary>Resident.</summary>
    public long Peak => _peak;

    /// <summary>Objects, as the last collection found them: those that it left.</summary>
    public long HeapPeak => _heapPeak;

    public static long Now()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / 1_000_000;
    }

    public static long Heap() => GC.GetGCMemoryInfo().HeapSizeBytes / 1_000_000;

    private void Look()
    {
        _peak = Math.Max(_peak, Now());
        _heapPeak = Math.Max(_heapPeak, Heap());
    }

    public void Dispose() => _timer.Dispose();
}
