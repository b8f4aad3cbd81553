namespace CdcStripeSync.Core.State;

/// <summary>Why a row waits.</summary>
public enum ParkReason
{
    /// <summary>Its parent has no Stripe object yet.</summary>
    Parent,
    /// <summary>The breadth limit holds it until approved.</summary>
    Breadth,
    /// <summary>A value cannot be sent as it is (impossible price, too long text): waits for the row to change.</summary>
    Held,
    /// <summary>A needed column's value is unknown: waits for a direct read or a backfill.</summary>
    UnknownColumn,
    /// <summary>A value that another object holds (lookup key), or an object that is not ours stands in the way.</summary>
    Conflict,
    /// <summary>Stripe refused it for a reason that a person must mend.</summary>
    NeedsPerson,
    /// <summary>Writing is paused, or the first start waits for adopt or --create-all.</summary>
    Paused,
    /// <summary>Its key changed from one that nothing was read of yet: its object may be on its way from there. It goes on when that key's own
    /// records are read, or after a while.</summary>
    KeyChange,
}
