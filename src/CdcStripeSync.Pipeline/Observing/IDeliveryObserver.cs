using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Observing;

/// <summary>Is told what delivery does: for logs, metrics and the page. Called on delivery's own flow: return quickly, never throw.</summary>
public interface IDeliveryObserver
{
    void Skipped(RecordOrigin origin, SkippedKind kind, Instant? sourceTime);

    /// <summary>A change was judged for one entity.</summary>
    /// <param name="verdict">Apply, Stale or NewEpoch.</param>
    void Judged(EntityKey key, ChangeEvent change, string verdict);

    /// <summary>A change was passed without being decoded: every column that the mapping reads holds what is settled already.</summary>
    void Unchanged(RecordOrigin origin);

    void Sent(EntityKey key, StripeRequest request, StripeOutcome outcome, TimeSpan latency);

    /// <summary>Stripe refused a request for good: what asked for it waits for a person. What is tried again, done otherwise or goes on by itself is not told.</summary>
    void Refused(string message);

    /// <param name="committedAt">Commit time of the newest change settled; null for a wake-up or a snapshot without time.</param>
    /// <param name="requests">Requests that it took.</param>
    /// <param name="changes">Changes that were folded into this settlement.</param>
    void Settled(EntityState state, Instant? committedAt, int requests, int changes, bool live);

    void Parked(ParkedRow row);

    void Unparked(EntityKey key);

    void DeadLettered(DeadLetter letter);

    /// <summary>What an operator said has come into force here.</summary>
    void Told(string what);

    /// <summary>Something a person should know, said once for each cause.</summary>
    void Alarm(string message, string hint);
}
