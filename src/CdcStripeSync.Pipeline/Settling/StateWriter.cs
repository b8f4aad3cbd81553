using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Settling;

/// <summary>Groups what waits to be written into one transaction at a time: many settlements, one round trip.</summary>
/// <param name="store">Waits by itself while it is away.</param>
public sealed class StateWriter(IStateStore store)
{
    private const int MostBatches = 500;
    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = new();
    private Task _writing = Task.CompletedTask;
    private bool _busy;

    /// <summary>Returns when the batch is durable.</summary>
    public Task WriteAsync(StateBatch batch, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(batch, cancellationToken);
        lock (_lock)
        {
            _waiting.Enqueue(waiting);
            if (_busy) return waiting.Written.Task;
            _busy = true;
        }

        _writing = DrainAsync();
        return waiting.Written.Task;
    }

    /// <summary>Returns when nothing is being written.</summary>
    public Task IdleAsync() => _writing;

    private async Task DrainAsync()
    {
        while (Next() is { Count: > 0 } group) await PersistAsync(group);
    }

    private List<Waiting> Next()
    {
        var group = new List<Waiting>();
        lock (_lock)
        {
            while (group.Count < MostBatches && _waiting.TryDequeue(out var next)) group.Add(next);
            if (group.Count == 0) _busy = false;
        }

        return group;
    }

    private async Task PersistAsync(List<Waiting> group)
    {
        try
        {
            await store.WriteAsync(MergedBatch.Of([.. group.Select(g => g.Batch)]), group[0].Token);
            foreach (var waiting in group) waiting.Written.TrySetResult();
        }
        catch (OperationCanceledException) when (group[0].Token.IsCancellationRequested)
        {
            // Only those whose own token says so gave up; the others' batches are written without them.
            foreach (var waiting in group.Where(w => w.Token.IsCancellationRequested)) waiting.Written.TrySetCanceled(waiting.Token);
            var others = group.Where(w => !w.Token.IsCancellationRequested).ToList();
            if (others.Count > 0) await PersistAsync(others);
        }
        catch (Exception e) when (group.Count > 1 && e is not StateStoreFellBackException)
        {
            // One of them met another process's write, or is one that the store refuses: by halves, so that only that one fails.
            await PersistAsync(group[..(group.Count / 2)]);
            await PersistAsync(group[(group.Count / 2)..]);
        }
        catch (Exception e)
        {
            foreach (var waiting in group) waiting.Written.TrySetException(e);
        }
    }

    private sealed record Waiting(StateBatch Batch, CancellationToken Token)
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
