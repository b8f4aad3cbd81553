using CdcStripeSync.Pipeline.Delivery;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>Whether more rows may be looked at that no record asks for: a table of millions must not become as many lanes at once.</summary>
internal sealed class SweepRoom(DeliveryParts parts, Func<int> busy)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    /// <summary>As many as records would take at most.</summary>
    public bool IsThere => busy() <= parts.Options.MaxUnsettled;

    public async Task WaitAsync(CancellationToken stop)
    {
        while (!IsThere) await Task.Delay(LookAgain, parts.Time, stop);
    }
}
