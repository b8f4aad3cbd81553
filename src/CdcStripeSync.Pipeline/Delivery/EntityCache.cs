using System.Collections.Concurrent;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Entities as the store has them, kept in memory. Those that are asked for while a load is under way are loaded together next:
/// one round trip a group, not an entity.</summary>
public sealed class EntityCache(IStateStore store)
{
    private const int Most = 100_000;
    private const int MostAtOnce = 500;
    private readonly ConcurrentDictionary<EntityKey, EntityState> _known = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<EntityKey, TaskCompletionSource<EntityState>> _asked = [];
    private bool _loading;

    /// <summary>Is told what was loaded, before anybody gets it.</summary>
    public Func<IReadOnlyCollection<EntityKey>, CancellationToken, Task> Loaded { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>The entity; one that nobody knows yet is absent, generation 1.</summary>
    public ValueTask<EntityState> GetAsync(EntityKey key, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(key, out var state)) return new ValueTask<EntityState>(state);
        TaskCompletionSource<EntityState>? asked;
        lock (_lock)
        {
            if (!_asked.TryGetValue(key, out asked)) _asked[key] = asked = new TaskCompletionSource<EntityState>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_loading) return new ValueTask<EntityState>(asked.Task);
            _loading = true;
        }

        _ = LoadAsync(cancellationToken);
        return new ValueTask<EntityState>(asked.Task);
    }

    /// <summary>As the store has it now; another process may have written it.</summary>
    public async ValueTask<EntityState> ReadAgainAsync(EntityKey key, CancellationToken cancellationToken) =>
        (await store.LoadAsync([key], cancellationToken)).GetValueOrDefault(key) ?? new EntityState { Key = key };

    public void Put(EntityState state)
    {
        if (_known.Count > Most) _known.Clear();
        _known[state.Key] = state;
    }

    public void Clear() => _known.Clear();

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        while (Next() is { Count: > 0 } group)
        {
            try
            {
                var stored = await store.LoadAsync(group.Keys, cancellationToken);
                await Loaded(group.Keys, cancellationToken);
                foreach (var (key, asked) in group) asked.TrySetResult(_known.GetOrAdd(key, stored.GetValueOrDefault(key) ?? new EntityState { Key = key }));
            }
            catch (OperationCanceledException)
            {
                foreach (var asked in group.Values) asked.TrySetCanceled(cancellationToken);
            }
            catch (Exception e)
            {
                foreach (var asked in group.Values) asked.TrySetException(e);
            }
        }
    }

    private Dictionary<EntityKey, TaskCompletionSource<EntityState>> Next()
    {
        lock (_lock)
        {
            var group = _asked.Take(MostAtOnce).ToDictionary();
            foreach (var key in group.Keys) _asked.Remove(key);
            _loading = group.Count > 0;
            return group;
        }
    }
}
