namespace CdcStripeSync.Pipeline.Control;

/// <summary>What becomes of rows that a complete new snapshot of their table did not contain, and of which no delete came.</summary>
public enum VanishedRowPolicy
{
    /// <summary>They are gone, where the source cannot be asked or says so too, and end as by their delete.</summary>
    Presume,
    /// <summary>They stay as they are.</summary>
    Keep,
}
