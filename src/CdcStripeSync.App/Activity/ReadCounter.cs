using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Observing;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Activity;

/// <summary>Counts reads outside of delivery, which nobody wants to see in the list of requests: Stripe grants reads an allowance of their own.</summary>
internal sealed class ReadCounter(ActivityLog activity) : SilentObserver
{
    public override void Sent(EntityKey key, StripeRequest request, StripeOutcome outcome, TimeSpan latency) => activity.CountRead();
}
