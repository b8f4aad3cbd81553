namespace CdcStripeSync.DevStack.Connect;

/// <summary>What the worker does wrong, for tests and rehearsals. Each count goes down as it is used.</summary>
public sealed class ConnectFaults
{
    private int _rebalancing;
    private int _unavailable;
    private int _lostAnswers;

    /// <summary>So many of the next requests meet a rebalance: 409.</summary>
    public int Rebalancing { get => Volatile.Read(ref _rebalancing); set => Volatile.Write(ref _rebalancing, value); }

    /// <summary>So many of the next requests meet a proxy that has no worker: 503 with a page of HTML.</summary>
    public int Unavailable { get => Volatile.Read(ref _unavailable); set => Volatile.Write(ref _unavailable, value); }

    /// <summary>A load balancer that forwards slowly.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>So many of the next changes are made, and a proxy that did not hear of it answers 504.</summary>
    public int LostAnswers { get => Volatile.Read(ref _lostAnswers); set => Volatile.Write(ref _lostAnswers, value); }

    /// <summary>How long the answer to a change takes after it was made.</summary>
    public TimeSpan AnswerLatency { get; set; }

    /// <summary>Only answers to paths that begin so are late: validation is a PUT, too.</summary>
    public string SlowOnly { get; set; } = "/";

    /// <summary>Changes to paths that end so are not made: 500, every time.</summary>
    public IReadOnlyCollection<string> Broken { get; set; } = [];

    internal bool Breaks(string path) => Broken.Any(b => path.EndsWith(b, StringComparison.Ordinal));

    internal bool TakeLostAnswer() => Take(ref _lostAnswers);

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
