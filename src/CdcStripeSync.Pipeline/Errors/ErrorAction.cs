namespace CdcStripeSync.Pipeline.Errors;

/// <summary>What follows from an attempt that did not succeed.</summary>
public enum ErrorAction
{
    /// <summary>The same request with the same key, after the schedule's delay.</summary>
    RetryLater,
    /// <summary>As <see cref="RetryLater"/>, a few times; then this row waits for a person.</summary>
    RetryBriefly,
    /// <summary>The outcome is unknown for good or the key is spent: look for the object, adopt it, else create with a new key.</summary>
    Adopt,
    /// <summary>Our object is gone: make it anew.</summary>
    Recreate,
    /// <summary>Plan again with what Stripe shows now.</summary>
    Replan,
    /// <summary>Stripe does not delete it: archive it; what cannot be archived waits for a person.</summary>
    ArchiveInstead,
    /// <summary>This row waits for a person.</summary>
    NeedsPerson,
    /// <summary>Nothing can be written (key refused): everything waits for a person.</summary>
    StopAll,
}
