using System.Collections.Immutable;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Settling;

/// <summary>Groups what waits to be written into one transaction at a time. While the store is away everything waits; nothing is lost.</summary>
public sealed class StateWriter(IStateStore store, TimeProvider time)
{
    private const int MostBatches = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private readonly Lock _lock = new();
    private readonly Queue<(StateBatch Batch, TaskCompletionSource Written)> _waiting = new();
    private bool _writing;

    /// <summary>Returns when the batch is durable.</summary>
    public async Task WriteAsync(StateBatch batch, CancellationToken cancellationToken)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool mine;
        lock (_lock)
        {
            _waiting.Enqueue((batch, written));
            mine = !_writing;
            _writing = true;
        }

        if (mine) await DrainAsync(cancellationToken);
        await written.Task.WaitAsync(cancellationToken);
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var group = new List<(StateBatch Batch, TaskCompletionSource Written)>();
            lock (_lock)
            {
                while (group.Count < MostBatches && _waiting.TryDequeue(out var next)) group.Add(next);
                if (group.Count == 0)
                {
                    _writing = false;
                    return;
                }
            }

            try
            {
                await PersistAsync(Merge(group.Select(g => g.Batch)), cancellationToken);
                foreach (var (_, written) in group) written.TrySetResult();
            }
            catch (Exception e)
            {
                // Cancelled, or a fault of ours: those who wait must know, and the next writer begins anew.
                lock (_lock) _writing = false;
                foreach (var (_, written) in group) written.TrySetException(e);
                throw;
            }
        }
    }

    private async Task PersistAsync(StateBatch batch, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await store.WriteAsync(batch, cancellationToken);
                return;
            }
            catch (StateStoreUnavailableException)
            {
                await Task.Delay(Patience, time, cancellationToken);
            }
        }
    }

    /// <summary>In order; of one entity only the newest state stands.</summary>
    private static StateBatch Merge(IEnumerable<StateBatch> batches)
    {
        var all = batches.ToList();
        if (all.Count == 1) return all[0];
        return new StateBatch
        {
            Entities = [.. all.SelectMany(b => b.Entities).GroupBy(e => e.Key).Select(g => g.Last())],
            Park = [.. all.SelectMany(b => b.Park).GroupBy(p => p.Key).Select(g => g.Last())],
            Unpark = [.. all.SelectMany(b => b.Unpark).Distinct()],
            Claims = [.. all.SelectMany(b => b.Claims).GroupBy(c => (c.Kind, c.Value, c.Claimant)).Select(g => g.Last())],
            ClaimsDropped = [.. all.SelectMany(b => b.ClaimsDropped)],
            DeadLetters = [.. all.SelectMany(b => b.DeadLetters)],
            TablePositions = [.. all.SelectMany(b => b.TablePositions)],
            Audit = [.. all.SelectMany(b => b.Audit)],
            Offsets = [.. all.SelectMany(b => b.Offsets).GroupBy(o => o.Partition).Select(g => g.MaxBy(o => o.Next))],
        };
    }
}
