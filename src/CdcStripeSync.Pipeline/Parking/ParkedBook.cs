using System.Collections.Concurrent;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Parking;

/// <summary>Which rows wait, as the store has it.</summary>
internal sealed class ParkedBook
{
    private readonly ConcurrentDictionary<EntityKey, ParkedRow> _rows = new();

    public async Task LoadAsync(IStateStore store, CancellationToken cancellationToken)
    {
        foreach (var row in await store.ParkedAsync(null, int.MaxValue, cancellationToken)) _rows[row.Key] = row;
    }

    public ParkedRow? Of(EntityKey key) => _rows.GetValueOrDefault(key);

    /// <summary>In key order, so that what follows is the same in every run.</summary>
    public IReadOnlyList<ParkedRow> All => [.. _rows.Values.OrderBy(r => r.Key.ToString(), StringComparer.Ordinal)];

    public void Put(ParkedRow row) => _rows[row.Key] = row;

    public bool Remove(EntityKey key) => _rows.TryRemove(key, out _);
}
