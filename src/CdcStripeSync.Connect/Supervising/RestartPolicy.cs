namespace CdcStripeSync.Connect.Supervising;

/// <summary>When a failed task is restarted: after a delay that doubles, a limited number of times; a task that has run long enough begins anew.</summary>
public sealed record RestartPolicy(TimeSpan FirstDelay, TimeSpan LongestDelay, int Limit, TimeSpan Forgiven)
{
    public static RestartPolicy Default { get; } = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), 7, TimeSpan.FromMinutes(10));

    /// <param name="restarts">How often it was restarted since it last ran for <see cref="Forgiven"/>.</param>
    /// <returns>How long after the failure was seen; null when a person must look.</returns>
    public TimeSpan? Delay(int restarts) => restarts >= Limit ? null : TimeSpan.FromTicks(Math.Min(LongestDelay.Ticks, FirstDelay.Ticks << Math.Min(restarts, 20)));
}
