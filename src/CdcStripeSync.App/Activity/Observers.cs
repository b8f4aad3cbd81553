using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Observing;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Activity;

/// <summary>Tells several observers.</summary>
internal sealed class Observers(params IReadOnlyList<IDeliveryObserver> all) : IDeliveryObserver
{
    public void Skipped(RecordOrigin origin, SkippedKind kind, Instant? sourceTime)
    {
        foreach (var one in all) one.Skipped(origin, kind, sourceTime);
    }

    public void Judged(EntityKey key, ChangeEvent change, string verdict)
    {
        foreach (var one in all) one.Judged(key, change, verdict);
    }

    public void Unchanged(RecordOrigin origin)
    {
        foreach (var one in all) one.Unchanged(origin);
    }

    public void Sent(EntityKey key, StripeRequest request, StripeOutcome outcome, TimeSpan latency)
    {
        foreach (var one in all) one.Sent(key, request, outcome, latency);
    }

    public void Refused(string message)
    {
        foreach (var one in all) one.Refused(message);
    }

    public void Settled(EntityState state, Instant? committedAt, int requests, int changes, bool live)
    {
        foreach (var one in all) one.Settled(state, committedAt, requests, changes, live);
    }

    public void Parked(ParkedRow row)
    {
        foreach (var one in all) one.Parked(row);
    }

    public void Unparked(EntityKey key)
    {
        foreach (var one in all) one.Unparked(key);
    }

    public void DeadLettered(DeadLetter letter)
    {
        foreach (var one in all) one.DeadLettered(letter);
    }

    public void Told(string what)
    {
        foreach (var one in all) one.Told(what);
    }

    public void Alarm(string message, string hint)
    {
        foreach (var one in all) one.Alarm(message, hint);
    }
}
