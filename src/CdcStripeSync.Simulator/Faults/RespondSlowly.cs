namespace CdcStripeSync.Simulator.Faults;

/// <summary>Executes, then waits before it answers.</summary>
public sealed class RespondSlowly : Fault
{
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);
}
