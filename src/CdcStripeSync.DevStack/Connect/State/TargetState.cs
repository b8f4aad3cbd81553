namespace CdcStripeSync.DevStack.Connect.State;

/// <summary>What a connector was told to be.</summary>
internal enum TargetState
{
    Running,
    Paused,
    Stopped,
}
