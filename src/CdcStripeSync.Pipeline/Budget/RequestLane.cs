namespace CdcStripeSync.Pipeline.Budget;

/// <summary>What a request is for, most urgent first.</summary>
public enum RequestLane
{
    Live,
    Retry,
    Repair,
    Backfill,
}
