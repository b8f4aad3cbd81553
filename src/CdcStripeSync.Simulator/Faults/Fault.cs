namespace CdcStripeSync.Simulator.Faults;

/// <summary>Something that goes wrong at the edge for chosen requests.</summary>
public abstract class Fault
{
    private int seen;
    private int struck;

    /// <summary>The HTTP method it strikes; null is any.</summary>
    public string? Method { get; init; }

    /// <summary>What the path must begin with, such as <c>/v1/prices</c>.</summary>
    public string PathPrefix { get; init; } = "/v1/";

    /// <summary>The first matching request it strikes, counted from 1.</summary>
    public int Nth { get; init; } = 1;

    /// <summary>How many matching requests it strikes from there on.</summary>
    public int Times { get; init; } = 1;

    /// <summary>How many requests it has struck: only those on which it took effect.</summary>
    public int Struck => Volatile.Read(ref struck);

    /// <summary>Whether it takes a request that is executed: one that is refused or answered from memory is not struck.</summary>
    internal virtual bool TakesExecution => false;

    /// <summary>Counts the request if it matches, and says whether it is struck. Callers hold the plan's lock.</summary>
    internal bool Strikes(string method, string path)
    {
        if (struck >= Times) return false;
        if (Method is not null && !string.Equals(Method, method, StringComparison.OrdinalIgnoreCase)) return false;
        if (!path.StartsWith(PathPrefix, StringComparison.Ordinal)) return false;
        if (++seen < Nth) return false;
        Interlocked.Increment(ref struck);
        return true;
    }

    /// <summary>The request that it struck is not executed: the next one that matches is struck in its place.</summary>
    internal void Missed() => Interlocked.Decrement(ref struck);
}
