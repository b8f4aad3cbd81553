namespace CdcStripeSync.Simulator.Faults;

/// <summary>Waits before it answers, whatever the answer is: what was executed is so at once.</summary>
public sealed class RespondSlowly : Fault
{
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);
}
