using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ordering;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>How an entity's parent stands; a parent whose key changed is followed, to the store: what is remembered of the new key may be a row
/// that was there before.</summary>
internal sealed class ParentFinder(Core.Mapping.Mapping mapping, EntityCache entities)
{
    private const int MostMoves = 8;

    public async ValueTask<ParentStatus> FindAsync(ResourceMap map, EntityState child, Desired desired, CancellationToken cancellationToken)
    {
        if (map.Parent is not { } parent || desired.ParentKey is not { } parentKey) return ParentStatus.WithoutParent(map, child, desired);
        var candidates = new List<EntityState>();
        foreach (var candidate in mapping.ParentKeys(map, child.Key.Table, parentKey)) candidates.Add(await StateAsync(candidate, child, desired, cancellationToken));
        var there = candidates.Count == 1 ? candidates : candidates.FindAll(HasRow);
        if (there.Count > 1) return new ParentStatus.Several([.. there.Select(p => p.Key)]);
        var meant = there.Count == 1 ? there[0]
            : candidates.Find(p => p.StripeId is not null && p.StripeId == child.ParentStripeId) ?? candidates.Find(p => p.StripeId is not null);
        return meant?.StripeId is { } id ? new ParentStatus.Linked(id) : new ParentStatus.Unknown($"{parent.Resource}/{parentKey}");
    }

    private async ValueTask<EntityState> StateAsync(EntityKey candidate, EntityState child, Desired desired, CancellationToken cancellationToken)
    {
        // What is made under a parent stays under it: so no object is, on what is remembered.
        var state = child.StripeId is null && desired.Exists == true ? await entities.ReadAgainAsync(candidate, cancellationToken) : await entities.GetAsync(candidate, cancellationToken);
        for (var moves = 0; moves < MostMoves && state is { Phase: EntityPhase.Renamed, RenamedTo: { } to } && !IsOfALaterRow(child, state); moves++)
            state = await entities.ReadAgainAsync(Parse(to), cancellationToken);
        return state.StripeId is null && child.StripeId is not null ? await entities.ReadAgainAsync(state.Key, cancellationToken) : state;
    }

    /// <summary>One row can feed several maps: it is the parent's where its <c>exists_when</c> does not say otherwise.</summary>
    private bool HasRow(EntityState parent) => parent.RowExists && DesiredState.Exists(mapping.Find(parent.Key.Resource)!, parent.Row) != false;

    /// <summary>The child names a row that was born under the key when the one that is known there had gone, and is elsewhere by now: its own next
    /// change tells where.</summary>
    private static bool IsOfALaterRow(EntityState child, EntityState retired) =>
        retired is { RenamedAt: { } at, Streamed: { } gone } && EventOrder.IsAfter(gone, at) && child.Streamed is { Position.IsKnown: true } said && EventOrder.IsAfter(said, at);

    /// <summary>The next look is at the store: a parent whose key moved while its child was created is found so, whichever process moved it.</summary>
    public void Forget(ResourceMap map, EntityKey child, Desired desired)
    {
        if (map.Parent is null || desired.ParentKey is not { } parentKey) return;
        foreach (var candidate in mapping.ParentKeys(map, child.Table, parentKey)) entities.Forget(candidate);
    }

    /// <summary>Reads <see cref="EntityKey.ToString"/>. A table's name may hold a slash, a row's key holds none.</summary>
    public static EntityKey Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var slash = text.LastIndexOf('/');
        return new EntityKey(text[..colon], TableId.Parse(text[(colon + 1)..slash]), text[(slash + 1)..]);
    }
}
