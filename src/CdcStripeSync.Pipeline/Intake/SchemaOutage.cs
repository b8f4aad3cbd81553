namespace CdcStripeSync.Pipeline.Intake;

/// <summary>Partitions that wait for the registry: an outage is said once, not for each of them.</summary>
public sealed class SchemaOutage
{
    private int _waiting;

    /// <returns>Whether nobody waited before.</returns>
    public bool Begins() => Interlocked.Increment(ref _waiting) == 1;

    public void Ends() => Interlocked.Decrement(ref _waiting);
}
