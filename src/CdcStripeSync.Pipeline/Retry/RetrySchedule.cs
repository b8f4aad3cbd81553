namespace CdcStripeSync.Pipeline.Retry;

/// <summary>How long to wait before the next attempt: exponential with a cap and full jitter. Pure.</summary>
public static class RetrySchedule
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Cap = TimeSpan.FromSeconds(30);

    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="random">0 to 1.</param>
    public static TimeSpan Delay(int attempt, double random)
    {
        var ceiling = Math.Min(Cap.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, 20)));
        return TimeSpan.FromMilliseconds((ceiling / 2) + (ceiling / 2 * random));
    }
}
