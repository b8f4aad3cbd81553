using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Errors;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Retry;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Reads outside of delivery (the account, lists for people): under the budget like everything else, behind what is live, and tried
/// again by the same policy and schedule, a few times.</summary>
public sealed class BudgetedReads(Requester requester, TimeProvider time, IRandomness random) : IStripeGateway
{
    private const int MostAttempts = 4;

    /// <exception cref="ArgumentException">The request is a write: those need an intent.</exception>
    public async Task<StripeOutcome> SendAsync(StripeRequest request, CancellationToken cancellationToken)
    {
        if (request.Method != StripeMethod.Get) throw new ArgumentException($"{request.Method} {request.Path} is no read", nameof(request));
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await requester.AcquireAndSendAsync(RequestLane.Repair, new EntityKey("", default, ""), request, cancellationToken);
            if (outcome is StripeOutcome.Success || attempt == MostAttempts || ErrorPolicy.Decide(outcome, isCreate: false, isDelete: false).Action != ErrorAction.RetryLater) return outcome;
            await Task.Delay(RetrySchedule.Delay(attempt, random.NextFraction()), time, cancellationToken);
        }
    }
}
