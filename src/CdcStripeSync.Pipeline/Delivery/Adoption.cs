using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Looks for the object that an intent may have created: by entity key and intent id in its metadata, through lists, never search. Where Stripe
/// keeps no metadata, by what Stripe lets one object have only.</summary>
public sealed class Adoption(Requester requester, IStateStore store, TimeSpan deadline)
{
    /// <summary>How far Stripe's clock may be behind ours.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromHours(1);

    /// <summary>The intent's object, or null where there is surely none. A failed look-up is answered as the outcome of the attempt.</summary>
    public async Task<(FieldValue.Object? Found, StripeOutcome? Failure)> FindAsync(ResourceMap map, EntityState state, PlanStep step, CancellationToken cancellationToken)
    {
        if (step.Command.Parameters.Text("id") is { } id)
        {
            var outcome = await GetAsync(state, map.Type.ObjectPath(id), map.Type.CollectionPath + "/{id}", "", cancellationToken);
            if (outcome is StripeOutcome.Refused { Error.IsMissing: true }) return (null, null);
            if (outcome is not StripeOutcome.Success read) return (null, outcome);
            return await IsOursAsync(map, state, step, read.Body, cancellationToken) ? (read.Body, null) : (null, null);
        }

        string? after = null;
        do
        {
            var query = Filter(map, state, step) + (after is null ? "" : $"&starting_after={Uri.EscapeDataString(after)}");
            var path = map.Type.CollectionPathUnder(map.Type.PathParent is null ? null : step.ParentId);
            var outcome = await GetAsync(state, path, map.Type.CollectionPath, query, cancellationToken);
            if (after is null && outcome is StripeOutcome.Refused { Error.IsMissing: true }) return (null, null); // the parent in its path is gone, and what it had with it
            if (outcome is not StripeOutcome.Success page) return (null, outcome);
            after = null;
            foreach (var item in (page.Body.Members.GetValueOrDefault("data") as FieldValue.List)?.Items ?? [])
            {
                if (item is not FieldValue.Object candidate) continue;
                after = candidate.Text("id");
                if (await IsOursAsync(map, state, step, candidate, cancellationToken)) return (candidate, null);
            }

            if (page.Body.Members.GetValueOrDefault("has_more") is not FieldValue.Boolean { Value: true }) after = null;
        }
        while (after is not null);
        return (null, null);
    }

    private static string Filter(ResourceMap map, EntityState state, PlanStep step)
    {
        var since = state.Intent is { } intent ? (intent.CreatedAt - ClockSkew).ToUnixTimeSeconds() : 0;
        if (map.Parent is { } parent && step.ParentId is { } parentId && map.Type.ListFilters.Contains(parent.Field.Root)) return $"limit=100&{parent.Field.Root}={Uri.EscapeDataString(parentId)}";
        return map.Type.ListFilters.Contains("created") ? $"limit=100&created[gte]={since}" : "limit=100";
    }

    /// <summary>Refused while another Link holds it.</summary>
    private async Task<bool> IsOursAsync(ResourceMap map, EntityState state, PlanStep step, FieldValue.Object candidate, CancellationToken cancellationToken)
    {
        if (!(map.Type.HasMetadata ? CarriesOurs(state, step, candidate) : IsTheOnlyOne(map, step, candidate))) return false;
        return candidate.Text("id") is { } id && (await store.FindByStripeIdAsync(id, cancellationToken) is not { } holder || holder.Key == state.Key);
    }

    /// <summary>Both must match: by entity key alone a succession would find the old price. The key is the one that was sent: the row may have
    /// got another meanwhile.</summary>
    private static bool CarriesOurs(EntityState state, PlanStep step, FieldValue.Object candidate)
    {
        if (candidate.Members.GetValueOrDefault("metadata") is not FieldValue.Object metadata) return false;
        var sent = (step.Command.Parameters.Members.GetValueOrDefault("metadata") as FieldValue.Object)?.Text(ReservedMetadata.Key);
        return metadata.Text(ReservedMetadata.Key) == (sent ?? ReservedMetadata.KeyValue(state.Key.RowText)) && metadata.Text(ReservedMetadata.Intent) == state.Intent?.Id;
    }

    /// <summary>A product has a feature once, and one active meter has an event name: Stripe refuses a second.</summary>
    private static bool IsTheOnlyOne(ResourceMap map, PlanStep step, FieldValue.Object candidate) => map.Type.Name switch
    {
        "product_feature" => IsAsSent(step, candidate, "entitlement_feature"),
        "billing.meter" => IsAsSent(step, candidate, "event_name") && candidate.Text("status") == "active",
        _ => false,
    };

    private static bool IsAsSent(PlanStep step, FieldValue.Object candidate, string field) => candidate.Text(field) is { } shown && shown == step.Command.Parameters.Text(field);

    private Task<StripeOutcome> GetAsync(EntityState state, string path, string template, string query, CancellationToken cancellationToken) =>
        requester.AcquireAndSendAsync(RequestLane.Retry, state.Key, new StripeRequest(StripeMethod.Get, path, template, query, null, $"adopt {state.Key}", deadline), cancellationToken);
}
