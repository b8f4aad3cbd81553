namespace CdcStripeSync.Connect.Supervising;

/// <summary>What the supervisor remembers of one task.</summary>
/// <param name="Restarts">Since it last ran for long.</param>
/// <param name="FailedSince">When the present failure was first seen; null while it does not fail.</param>
/// <param name="RunsSince">When it was first seen running; null while it does not.</param>
/// <param name="GaveUp">The limit is reached, and it was said.</param>
public sealed record TaskHistory(int Restarts, DateTimeOffset? FailedSince, DateTimeOffset? RunsSince, bool GaveUp)
{
    public static TaskHistory New { get; } = new(0, null, null, false);
}
