namespace CdcStripeSync.Connect.Supervising;

/// <summary>What the supervisor does about one task now.</summary>
public enum TaskDecision
{
    Nothing,

    /// <summary>A new failure: said once.</summary>
    Report,

    Restart,

    /// <summary>Restarted too often: said once, then left to a person.</summary>
    GiveUp,
}
