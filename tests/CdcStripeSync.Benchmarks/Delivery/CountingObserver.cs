using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Observing;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>Counts requests and refusals.</summary>
internal class CountingObserver : SilentObserver
{
    private int _sent;
    private int _refused;

    public int Requests => _sent;

    /// <summary>Answers with status 429.</summary>
    public int TooMany => _refused;

    public override void Sent(EntityKey key, StripeRequest request, StripeOutcome outcome, TimeSpan latency)
    {
        Interlocked.Increment(ref _sent);
        if (outcome is StripeOutcome.Refused { Error.Status: 429 }) Interlocked.Increment(ref _refused);
    }

    public override void Alarm(string message, string hint) => Console.WriteLine($"  alarm: {message}");
}
