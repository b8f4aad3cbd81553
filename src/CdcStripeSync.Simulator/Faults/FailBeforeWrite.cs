namespace CdcStripeSync.Simulator.Faults;

/// <summary>Fails once execution has begun and nothing is written: answers 500, and Stripe remembers that 500 under the key.</summary>
public sealed class FailBeforeWrite : Fault
{
    internal override bool TakesExecution => true;
}
