namespace CdcStripeSync.Pipeline.Ordering;

/// <summary>Whether an event counts for its entity.</summary>
public enum Verdict
{
    Apply,
    /// <summary>A repeat, or older than what is known: changes nothing.</summary>
    Stale,
    /// <summary>Positions fell while time went on (fail-over, restore): applies, in a new epoch, with an alarm.</summary>
    NewEpoch,
}
