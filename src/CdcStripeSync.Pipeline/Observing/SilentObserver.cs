using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Observing;

/// <summary>Listens to nothing; a base for observers that care for some facts only.</summary>
public class SilentObserver : IDeliveryObserver
{
    public virtual void Skipped(RecordOrigin origin, SkippedKind kind, Instant? sourceTime)
    {
    }

    public virtual void Judged(EntityKey key, ChangeEvent change, string verdict)
    {
    }

    public virtual void Unchanged(RecordOrigin origin)
    {
    }

    public virtual void Sent(EntityKey key, StripeRequest request, StripeOutcome outcome, TimeSpan latency)
    {
    }

    public virtual void Refused(string message)
    {
    }

    public virtual void Settled(EntityState state, Instant? committedAt, int requests, int changes, bool live)
    {
    }

    public virtual void Parked(ParkedRow row)
    {
    }

    public virtual void Unparked(EntityKey key)
    {
    }

    public virtual void DeadLettered(DeadLetter letter)
    {
    }

    public virtual void Told(string what)
    {
    }

    public virtual void Alarm(string message, string hint)
    {
    }
}
