using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Control;

/// <summary>The first start against an account that already holds objects of a mapped resource which are not ours creates none until told. Where it holds
/// ours and the store knows of none, the store says so from then on, to every process and start.</summary>
internal sealed class FirstStart(DeliveryParts parts)
{
    public const string Hint = "`cdc-stripe approve --adopt` links those that are a row's already; `cdc-stripe approve --create-all` creates objects for all other rows";

    private readonly ObjectLists _lists = new(parts);

    public async Task<CreatePolicy> LookAsync(CancellationToken cancellationToken)
    {
        var told = parts.Gate.Current;
        if (parts.Options.Shadow) return CreatePolicy.Free;
        await parts.RecallAsync(cancellationToken);
        if (told.Adopt) return CreatePolicy.Ask;
        if (told.CreateAll || await parts.Store.KnowsObjectsAsync(cancellationToken)) return CreatePolicy.Free;
        var holdsOurs = false;
        foreach (var type in parts.Mapping.Resources.Select(r => r.Type).Where(t => t.HasMetadata && t.PathParent is null).DistinctBy(t => t.Name))
        {
            try
            {
                await foreach (var found in _lists.AllAsync(type, "first start", cancellationToken))
                {
                    if (IsOurs(found)) holdsOurs = true;
                    else return Ask($"the account already holds objects at {type.CollectionPath} that are not ours ({found.Text("id")}): no object is created until told");
                }
            }
            catch (ListRefusedException e)
            {
                return Ask($"{e.Message}; whether the account holds objects that are not ours cannot be told: no object is created until told");
            }
        }

        if (holdsOurs && !parts.LooksFirst) await StoreKnowsNoneAsync(cancellationToken);
        return CreatePolicy.Free;
    }

    private async Task StoreKnowsNoneAsync(CancellationToken cancellationToken)
    {
        if (await parts.Store.KnowsObjectsAsync(cancellationToken) || (await parts.Store.UnfinishedAsync(cancellationToken)).Count > 0)
        {
            // Another process started a moment ago, and these are its first; or it found the store as it was, and said so before it linked any.
            await parts.RecallAsync(cancellationToken);
            return;
        }

        await parts.ForgotAsync(ForgottenRecords.All, cancellationToken);
        parts.Observer.Alarm(
            "the account holds objects of ours, and the state store knows none: it is new, or lost its content",
            "nothing to do: each row's object is looked for before one is created; `cdc-stripe approve --create-all` ends that for the starts after it");
    }

    private CreatePolicy Ask(string message)
    {
        parts.Observer.Alarm(message, Hint);
        return CreatePolicy.Ask;
    }

    private static bool IsOurs(FieldValue.Object found) => (found.Members.GetValueOrDefault("metadata") as FieldValue.Object)?.Members.ContainsKey(ReservedMetadata.Key) == true;
}
