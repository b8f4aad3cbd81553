namespace CdcStripeSync.Simulator.Faults;

/// <summary>Executes, then answers 500; Stripe remembers that 500 under the key.</summary>
public sealed class FailAfterWrite : Fault
{
    internal override bool TakesExecution => true;
}
