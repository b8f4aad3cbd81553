using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Control;

/// <summary>The first start against an account that already holds objects of a mapped resource which are not ours creates none until told.</summary>
internal sealed class FirstStart(DeliveryParts parts)
{
    public async Task<bool> MustAskAsync(CancellationToken cancellationToken)
    {
        if (parts.Options.Shadow || parts.Gate.Current.CreateAll) return false;
        if ((await parts.Store.LinkedCountsAsync(cancellationToken)).Values.Sum() > 0) return false;
        foreach (var type in parts.Mapping.Resources.Select(r => r.Type).Where(t => t.HasMetadata && t.PathParent is null).DistinctBy(t => t.Name))
        {
            var request = new StripeRequest(StripeMethod.Get, type.CollectionPath, type.CollectionPath, "limit=100", null, "first start", parts.Options.RequestDeadline);
            var outcome = await parts.Requester.AcquireAndSendAsync(RequestLane.Live, new EntityKey(type.Name, default, "*"), request, cancellationToken);
            if (outcome is not StripeOutcome.Success page) continue;
            var items = (page.Body.Members.GetValueOrDefault("data") as FieldValue.List)?.Items ?? [];
            if (!items.Any(i => i is FieldValue.Object o && (o.Members.GetValueOrDefault("metadata") as FieldValue.Object)?.Members.ContainsKey(ReservedMetadata.Key) != true)) continue;
            parts.Observer.Alarm(
                $"the account already holds objects at {type.CollectionPath} that are not ours: no object is created until told",
                "`cdc-stripe approve --create-all` creates objects for all rows");
            return true;
        }

        return false;
    }
}
