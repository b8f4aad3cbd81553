using System.Collections.Concurrent;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>What the account held when this process first looked: listed once a resource, so that a row's object is found without a request for each row.</summary>
internal sealed class ExistingObjects(DeliveryParts parts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ObjectLists _lists = new(parts);
    private readonly ConcurrentDictionary<string, Lazy<Task<ExistingIndex>>> _indexes = new(StringComparer.Ordinal);

    /// <summary>The object that is this row's already; before a successor, one that is neither the row's current object nor was it before.</summary>
    /// <param name="foreign">Objects without our metadata count too, by lookup key: an operator said so.</param>
    /// <exception cref="ListRefusedException">Stripe will not list the resource.</exception>
    public async Task<ExistingMatch> FindAsync(ResourceMap map, EntityState state, PlanStep create, bool foreign, CancellationToken cancellationToken)
    {
        if (map.Type.PathParent is not null || !map.Type.HasMetadata) return ExistingMatch.None;
        var index = await IndexAsync(map.Type, cancellationToken);
        var match = await FindAsync(index, map, state, create, foreign, cancellationToken);
        if (match.Conflict is not null && parts.Now - index.ListedAt > Patience)
        {
            // Somebody may have settled it in Stripe meanwhile.
            _indexes.TryRemove(map.Type.Name, out _);
            match = await FindAsync(await IndexAsync(map.Type, cancellationToken), map, state, create, foreign, cancellationToken);
        }

        if (match.Id is not { } id) return match;
        return await parts.Store.FindByStripeIdAsync(id, cancellationToken) is { } holder && holder.Key != state.Key
            ? ExistingMatch.None with { Conflict = $"{id} is linked to {holder.Key} already" }
            : match;
    }

    private async Task<ExistingMatch> FindAsync(ExistingIndex index, ResourceMap map, EntityState state, PlanStep create, bool foreign, CancellationToken cancellationToken)
    {
        var others = new HashSet<string>(StringComparer.Ordinal);
        if (create.Kind == StepKind.CreateSuccessor) others.UnionWith([state.StripeId!, .. state.Predecessors]);
        foreach (var id in index.OursOf(state.Key))
        {
            if (await parts.Store.FindByStripeIdAsync(id, cancellationToken) is { } holder && holder.Key != state.Key) others.Add(id);
        }

        return index.Find(map, state.Key, create, foreign, others);
    }

    private async Task<ExistingIndex> IndexAsync(ResourceType type, CancellationToken cancellationToken)
    {
        var index = _indexes.GetOrAdd(type.Name, _ => new Lazy<Task<ExistingIndex>>(() => ListAsync(type, cancellationToken)));
        try
        {
            return await index.Value.WaitAsync(cancellationToken);
        }
        catch
        {
            _indexes.TryRemove(KeyValuePair.Create(type.Name, index));
            throw;
        }
    }

    private async Task<ExistingIndex> ListAsync(ResourceType type, CancellationToken cancellationToken)
    {
        var index = new ExistingIndex(parts.Now);
        await foreach (var found in _lists.AllAsync(type, $"look for existing {type.Name} objects", cancellationToken)) index.Add(found);
        return index;
    }
}
