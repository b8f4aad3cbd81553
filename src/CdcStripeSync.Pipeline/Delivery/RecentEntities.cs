using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>States by key, the most recently used ones: two generations of bounded size, of which the older one goes as a whole.</summary>
/// <param name="most">Kept at most.</param>
/// <param name="mostBytes">What they take at most, about (<see cref="EntitySize"/>).</param>
public sealed class RecentEntities(int most, long mostBytes = long.MaxValue)
{
    private readonly Lock _lock = new();
    private Dictionary<EntityKey, Kept> _young = [];
    private Dictionary<EntityKey, Kept> _old = [];
    private long _youngBytes;

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
            if (_young.TryGetValue(key, out var kept)) return kept.State;
            if (!_old.Remove(key, out kept)) return null;
            Add(kept);
            return kept.State;
        }
    }

    public void Put(EntityState state)
    {
        var kept = new Kept(state, EntitySize.Of(state));
        lock (_lock)
        {
            Remove(state.Key);
            Add(kept);
        }
    }

    /// <returns>What stands under its key: another that was put meanwhile, else this one.</returns>
    public EntityState PutNew(EntityState state)
    {
        lock (_lock)
        {
            if (Find(state.Key) is { } known) return known;
            Add(new Kept(state, EntitySize.Of(state)));
            return state;
        }
    }

    public void Forget(EntityKey key)
    {
        lock (_lock) Remove(key);
    }

    public void Clear()
    {
        lock (_lock)
        {
            (_young, _old, _youngBytes) = ([], [], 0);
        }
    }

    private void Remove(EntityKey key)
    {
        if (_young.Remove(key, out var kept)) _youngBytes -= kept.Bytes;
        else _old.Remove(key);
    }

    private void Add(Kept kept)
    {
        if (_young.Count >= most / 2 || (_young.Count > 0 && _youngBytes + kept.Bytes > mostBytes / 2)) (_old, _young, _youngBytes) = (_young, [], 0);
        _young[kept.State.Key] = kept;
        _youngBytes += kept.Bytes;
    }

    private readonly record struct Kept(EntityState State, long Bytes);
}
