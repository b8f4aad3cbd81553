using System.Collections.Concurrent;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Observing;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Sends requests under the budget: one grant, one attempt.</summary>
public sealed class Requester(IStripeGateway gateway, RequestBudget budget, IDeliveryObserver observer, TimeProvider time)
{
    /// <summary>Where something else answered in Stripe's place, and Stripe itself has not since.</summary>
    private readonly ConcurrentDictionary<string, bool> _foreign = new(StringComparer.Ordinal);

    public static string Endpoint(StripeRequest request) => $"{request.Method} {request.PathTemplate}";

    public Task AcquireAsync(RequestLane lane, StripeRequest request, CancellationToken cancellationToken) =>
        budget.AcquireAsync(lane, Endpoint(request), cancellationToken);

    public void Return(StripeRequest request) => budget.Return(Endpoint(request));

    /// <summary>One attempt under a grant that was acquired; the grant ends with it.</summary>
    public async Task<StripeOutcome> SendAsync(EntityKey key, StripeRequest request, CancellationToken cancellationToken)
    {
        string? reason = null;
        TimeSpan? took = null;
        var started = time.GetTimestamp();
        try
        {
            var outcome = await gateway.SendAsync(request, cancellationToken);
            reason = outcome is StripeOutcome.Refused { Error: { Status: 429, RateLimitedReason: var limited } } ? limited : null;
            var elapsed = time.GetElapsedTime(started);
            if (outcome is not StripeOutcome.NoAnswer) took = elapsed;
            observer.Sent(key, request, outcome, elapsed);
            LookWhoAnswers(Endpoint(request), outcome);
            return outcome;
        }
        finally
        {
            budget.Done(Endpoint(request), reason, took);
        }
    }

    public async Task<StripeOutcome> AcquireAndSendAsync(RequestLane lane, EntityKey key, StripeRequest request, CancellationToken cancellationToken)
    {
        await AcquireAsync(lane, request, cancellationToken);
        return await SendAsync(key, request, cancellationToken);
    }

    /// <summary>What is answered so is tried again without end, and no row need wait for a person: so it is told, once. A 429, 409 or 5xx passes by itself.</summary>
    private void LookWhoAnswers(string endpoint, StripeOutcome outcome)
    {
        if (outcome is StripeOutcome.Refused { Error: { Status: < 500 and not (409 or 429), IsForeign: true } error })
        {
            if (_foreign.TryAdd(endpoint, true))
                observer.Alarm($"{endpoint}: something on the way to Stripe answers in its place: {error.Message}", "look at stripe.baseAddress and the proxy on the way to it; what is to be sent there waits, and is tried again");
        }
        else if (outcome is not StripeOutcome.NoAnswer)
        {
            _foreign.TryRemove(endpoint, out _);
        }
    }
}
