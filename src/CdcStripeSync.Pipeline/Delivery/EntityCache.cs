using System.Collections.Concurrent;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Settling;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Entities as the store has them, kept in memory while they were used lately.</summary>
public sealed class EntityCache
{
    /// <summary>What is worked on, with its parents, and the rows that change often: a few kilobytes each. Others are read again, many in one round trip.</summary>
    private const int Most = 40_000;

    /// <summary>Where rows are large, fewer.</summary>
    private const long MostBytes = 192L << 20;

    private readonly RecentEntities _known = new(Most, MostBytes);
    private readonly ConcurrentDictionary<EntityKey, object> _loading = new();
    private readonly GroupedAsk<EntityKey, EntityState> _load;
    private readonly GroupedAsk<EntityKey, EntityState> _loadAgain;

    public EntityCache(IStateStore store)
    {
        _loadAgain = new GroupedAsk<EntityKey, EntityState>(store.LoadAsync);
        _load = new GroupedAsk<EntityKey, EntityState>(async (keys, cancellationToken) =>
        {
            var stored = await store.LoadAsync(keys, cancellationToken);
            await Loaded(keys, cancellationToken);
            return stored;
        });
    }

    /// <summary>Is told what was loaded, before anybody gets it.</summary>
    public Func<IReadOnlyCollection<EntityKey>, CancellationToken, Task> Loaded { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>The entity; one that nobody knows yet is absent, generation 1.</summary>
    public ValueTask<EntityState> GetAsync(EntityKey key, CancellationToken cancellationToken) =>
        _known.Find(key) is { } state ? new ValueTask<EntityState>(state) : new ValueTask<EntityState>(LoadAsync(key, cancellationToken));

    /// <summary>As the store has it now; another process may have written it.</summary>
    public async ValueTask<EntityState> ReadAgainAsync(EntityKey key, CancellationToken cancellationToken) =>
        await _loadAgain.AskAsync(key, cancellationToken) ?? new EntityState { Key = key };

    public void Put(EntityState state) => _known.Put(state);

    /// <summary>The next one who wants it reads it from the store. What was asked before and is still on its way is not kept.</summary>
    public void Forget(EntityKey key)
    {
        _loading.TryRemove(key, out _);
        _known.Forget(key);
    }

    public void Clear()
    {
        _loading.Clear();
        _known.Clear();
    }

    private async Task<EntityState> LoadAsync(EntityKey key, CancellationToken cancellationToken)
    {
        var mine = _loading[key] = new object();
        var loaded = await _load.AskAsync(key, cancellationToken) ?? new EntityState { Key = key };
        if (_loading.TryRemove(KeyValuePair.Create(key, mine))) return _known.PutNew(loaded);
        return _known.Find(key) is { } known && known.Version >= loaded.Version ? known : loaded;
    }
}
