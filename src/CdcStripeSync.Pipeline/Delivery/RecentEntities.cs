using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>States by key, the most recently used ones: two generations of bounded size, of which the older one goes as a whole.</summary>
/// <param name="most">Kept at most.</param>
public sealed class RecentEntities(int most)
{
    private readonly Lock _lock = new();
    private Dictionary<EntityKey, EntityState> _young = [];
    private Dictionary<EntityKey, EntityState> _old = [];

    public int Count
    {
        get
        {
            lock (_lock) return _young.Count + _old.Count;
        }
    }

    /// <returns>Null where it is not kept.</returns>
    public EntityState? Find(EntityKey key)
    {
        lock (_lock)
        {
            if (_young.TryGetValue(key, out var state)) return state;
            if (!_old.Remove(key, out state)) return null;
            Add(state);
            return state;
        }
    }

    public void Put(EntityState state)
    {
        lock (_lock)
        {
            _old.Remove(state.Key);
            Add(state);
        }
    }

    /// <returns>What stands under its key: another that was put meanwhile, else this one.</returns>
    public EntityState PutNew(EntityState state)
    {
        lock (_lock)
        {
            if (Find(state.Key) is { } known) return known;
            Add(state);
            return state;
        }
    }

    public void Forget(EntityKey key)
    {
        lock (_lock)
        {
            _young.Remove(key);
            _old.Remove(key);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _young = [];
            _old = [];
        }
    }

    private void Add(EntityState state)
    {
        if (_young.Count >= most / 2 && !_young.ContainsKey(state.Key)) (_old, _young) = (_young, []);
        _young[state.Key] = state;
    }
}
