using System.Collections.Concurrent;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Entities as the store has them, kept in memory; the lane that owns a key is the only one that changes its entry.</summary>
public sealed class EntityCache(IStateStore store)
{
    private const int Most = 100_000;
    private readonly ConcurrentDictionary<EntityKey, EntityState> _known = new();

    /// <summary>The entity; one that nobody knows yet is absent, generation 1.</summary>
    public async ValueTask<EntityState> GetAsync(EntityKey key, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(key, out var state)) return state;
        var stored = await store.LoadAsync([key], cancellationToken);
        return _known.GetOrAdd(key, stored.GetValueOrDefault(key) ?? new EntityState { Key = key });
    }

    public void Put(EntityState state)
    {
        if (_known.Count > Most) _known.Clear();
        _known[state.Key] = state;
    }

    public void Clear() => _known.Clear();
}
