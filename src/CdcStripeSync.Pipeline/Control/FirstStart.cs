using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Delivery;

namespace CdcStripeSync.Pipeline.Control;

/// <summary>The first start against an account that already holds objects of a mapped resource which are not ours creates none until told.</summary>
internal sealed class FirstStart(DeliveryParts parts)
{
    public const string Hint = "`cdc-stripe approve --adopt` links those that are a row's already; `cdc-stripe approve --create-all` creates objects for all other rows";

    private readonly ObjectLists _lists = new(parts);

    public async Task<CreatePolicy> LookAsync(CancellationToken cancellationToken)
    {
        var told = parts.Gate.Current;
        if (parts.Options.Shadow) return CreatePolicy.Free;
        if (told.Adopt) return CreatePolicy.Ask;
        if (told.CreateAll || (await parts.Store.LinkedCountsAsync(cancellationToken)).Values.Sum() > 0) return CreatePolicy.Free;
        var policy = CreatePolicy.Free;
        foreach (var type in parts.Mapping.Resources.Select(r => r.Type).Where(t => t.HasMetadata && t.PathParent is null).DistinctBy(t => t.Name))
        {
            try
            {
                await foreach (var found in _lists.AllAsync(type, "first start", cancellationToken))
                {
                    if (IsOurs(found)) policy = CreatePolicy.LookFirst;
                    else return Ask($"the account already holds objects at {type.CollectionPath} that are not ours ({found.Text("id")}): no object is created until told");
                }
            }
            catch (ListRefusedException e)
            {
                return Ask($"{e.Message}; whether the account holds objects that are not ours cannot be told: no object is created until told");
            }
        }

        // Another process may have started a moment ago, and these are its first.
        if (policy == CreatePolicy.LookFirst && ((await parts.Store.LinkedCountsAsync(cancellationToken)).Values.Sum() > 0 || (await parts.Store.UnfinishedAsync(cancellationToken)).Count > 0))
            return CreatePolicy.Free;
        if (policy == CreatePolicy.LookFirst)
            parts.Observer.Alarm("the account holds objects of ours, and the state store knows none: it is new, or lost its content", "nothing to do: each row's object is looked for before one is created");
        return policy;
    }

    private CreatePolicy Ask(string message)
    {
        parts.Observer.Alarm(message, Hint);
        return CreatePolicy.Ask;
    }

    private static bool IsOurs(FieldValue.Object found) => (found.Members.GetValueOrDefault("metadata") as FieldValue.Object)?.Members.ContainsKey(ReservedMetadata.Key) == true;
}
