namespace CdcStripeSync.Simulation.Stripe;

/// <summary>What goes wrong with one request.</summary>
internal enum StripeFault
{
    None,
    /// <summary>429: too many requests; not executed.</summary>
    RateLimited,
    /// <summary>429 <c>lock_timeout</c>: another request holds the object; not executed.</summary>
    LockTimeout,
    /// <summary>500 before the write, kept under the idempotency key.</summary>
    FailBefore,
    /// <summary>Written, and answered with a 500 that is kept under the idempotency key.</summary>
    FailAfter,
    /// <summary>503 from a proxy: never reached Stripe.</summary>
    Unavailable,
    /// <summary>Written; the connection breaks before the answer.</summary>
    ResetAfter,
    /// <summary>Written; nobody ever answers.</summary>
    SilentAfter,
    /// <summary>Lost on its way; nobody ever answers.</summary>
    Lost,
    /// <summary>Held on its way and executed late, when nobody waits for it any more.</summary>
    Held,
}
