using System.Runtime.CompilerServices;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Errors;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Pages through all objects of a resource, newest first: under the budget, and tried again as every request is.</summary>
internal sealed class ObjectLists(DeliveryParts parts)
{
    /// <exception cref="ListRefusedException">Stripe will not list them.</exception>
    public async IAsyncEnumerable<FieldValue.Object> AllAsync(ResourceType type, string cause, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            var query = after is null ? "limit=100" : $"limit=100&starting_after={Uri.EscapeDataString(after)}";
            var page = await PageAsync(type, new StripeRequest(StripeMethod.Get, type.CollectionPath, type.CollectionPath, query, null, cause, parts.Options.RequestDeadline), cancellationToken);
            after = null;
            foreach (var item in (page.Members.GetValueOrDefault("data") as FieldValue.List)?.Items ?? [])
            {
                if (item is not FieldValue.Object found) continue;
                after = found.Text("id");
                yield return found;
            }

            if (page.Members.GetValueOrDefault("has_more") is not FieldValue.Boolean { Value: true }) after = null;
        }
        while (after is not null);
    }

    private async Task<FieldValue.Object> PageAsync(ResourceType type, StripeRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await parts.Requester.AcquireAndSendAsync(attempt == 1 ? RequestLane.Live : RequestLane.Retry, new EntityKey(type.Name, default, "*"), request, cancellationToken);
            if (outcome is StripeOutcome.Success page) return page.Body;
            var decision = ErrorPolicy.Decide(outcome, isCreate: false, isDelete: false);
            if (decision.Action != ErrorAction.RetryLater)
            {
                parts.Observer.Refused(decision.Message);
                throw new ListRefusedException($"Stripe does not list {type.CollectionPath}: {decision.Message}", decision.Hint);
            }

            await parts.BackOffAsync(attempt, cancellationToken);
        }
    }
}
