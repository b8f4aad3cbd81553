namespace CdcStripeSync.Connect.Rest;

/// <summary>The state of a connector or of a task.</summary>
public enum ConnectorState
{
    Unassigned,
    Running,
    Paused,
    Stopped,
    Failed,
    Restarting,
    Destroyed,

    /// <summary>A state that is not known here; its name stands in the status.</summary>
    Other,
}
