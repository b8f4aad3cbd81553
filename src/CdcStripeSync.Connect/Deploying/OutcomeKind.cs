namespace CdcStripeSync.Connect.Deploying;

/// <summary>Where a connector stands after it was waited for.</summary>
public enum OutcomeKind
{
    Runs,

    /// <summary>An operator paused or stopped it; it stays so.</summary>
    Rests,

    /// <summary>Failed: the cause says why.</summary>
    Failed,

    /// <summary>Neither within the time given.</summary>
    Waits,
}
