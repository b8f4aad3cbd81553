namespace CdcStripeSync.Connect.Planning;

/// <summary>What applying would do to a connector.</summary>
public enum PlannedAction
{
    Nothing,
    Create,
    Change,
}
