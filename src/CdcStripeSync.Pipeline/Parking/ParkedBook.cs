using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Parking;

/// <summary>Which rows wait, as the store has it. Thread-safe.</summary>
internal sealed class ParkedBook
{
    private readonly Lock _lock = new();
    private readonly Dictionary<EntityKey, ParkedRow> _rows = [];

    /// <summary>For each look at the store that is under way: the rows that were not written here since it began.</summary>
    private readonly List<HashSet<EntityKey>> _looks = [];

    public async Task LoadAsync(IStateStore store, CancellationToken cancellationToken)
    {
        foreach (var row in await store.ParkedAsync(null, int.MaxValue, cancellationToken)) Put(row);
    }

    /// <summary>Takes over the store's word on these rows, but of those that this process wrote meanwhile: for these the answer may be older.</summary>
    public async Task LookAsync(IStateStore store, IReadOnlyCollection<EntityKey> keys, CancellationToken cancellationToken)
    {
        HashSet<EntityKey> unwritten = [.. keys];
        lock (_lock) _looks.Add(unwritten);
        try
        {
            var waiting = (await store.ParkedAsync(keys, cancellationToken)).ToDictionary(p => p.Key);
            lock (_lock)
            {
                foreach (var key in unwritten)
                {
                    if (waiting.TryGetValue(key, out var row)) _rows[key] = row;
                    else _rows.Remove(key);
                }
            }
        }
        finally
        {
            lock (_lock) _looks.Remove(unwritten);
        }
    }

    public ParkedRow? Of(EntityKey key)
    {
        lock (_lock) return _rows.GetValueOrDefault(key);
    }

    /// <summary>In key order, so that what follows is the same in every run.</summary>
    public IReadOnlyList<ParkedRow> All
    {
        get
        {
            lock (_lock) return [.. _rows.Values.OrderBy(r => r.Key.ToString(), StringComparer.Ordinal)];
        }
    }

    public void Put(ParkedRow row)
    {
        lock (_lock)
        {
            Written(row.Key);
            _rows[row.Key] = row;
        }
    }

    public bool Remove(EntityKey key)
    {
        lock (_lock)
        {
            Written(key);
            return _rows.Remove(key);
        }
    }

    private void Written(EntityKey key)
    {
        foreach (var look in _looks) look.Remove(key);
    }
}
