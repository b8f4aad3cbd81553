namespace CdcStripeSync.Pipeline.Unchanged;

/// <summary>Whether a record changes nothing but its row's position.</summary>
public enum Passing
{
    /// <summary>It may change something: it is decoded.</summary>
    No,
    /// <summary>It changes nothing, and its position waits with an earlier one to be written.</summary>
    Counted,
    /// <summary>It changes nothing, and is the first whose position waits: its offset is settled when that is written.</summary>
    First,
}
