namespace CdcStripeSync.DevStack.Connect;

/// <summary>What the worker does wrong, for tests and rehearsals. Each count goes down as it is used.</summary>
public sealed class ConnectFaults
{
    private int _rebalancing;
    private int _unavailable;

    /// <summary>So many of the next requests meet a rebalance: 409.</summary>
    public int Rebalancing { get => Volatile.Read(ref _rebalancing); set => Volatile.Write(ref _rebalancing, value); }

    /// <summary>So many of the next requests meet a proxy that has no worker: 503 with a page of HTML.</summary>
    public int Unavailable { get => Volatile.Read(ref _unavailable); set => Volatile.Write(ref _unavailable, value); }

    /// <summary>A load balancer that forwards slowly.</summary>
    public TimeSpan Latency { get; set; }

    internal bool TakeRebalance() => Take(ref _rebalancing);

    internal bool TakeUnavailable() => Take(ref _unavailable);

    private static bool Take(ref int count)
    {
        while (true)
        {
            var now = Volatile.Read(ref count);
            if (now <= 0) return false;
            if (Interlocked.CompareExchange(ref count, now - 1, now) == now) return true;
        }
    }
}
