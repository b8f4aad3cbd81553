namespace CdcStripeSync.Pipeline.Budget;

/// <summary>What a request is for, most urgent first.</summary>
public enum RequestLane
{
    /// <summary>The steps of a started succession: until they are done, two prices sell.</summary>
    Succession,
    Live,
    Retry,
    Repair,
    Backfill,
}
