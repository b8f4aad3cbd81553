using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Lanes;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>One partition's work on its way to its rows, where rows change their keys. A move is carried out in the old key's lane, behind what that still
/// has queued. What comes for its new key waits until the Link has moved, and moves wait for each other: a key may have to be left before another row
/// moves in. Nothing else waits, however long a row cannot go. Thread-safe.</summary>
internal sealed class KeyMoves(Action<EntityKey, LaneWork> addWork)
{
    private readonly Lock _lock = new();

    /// <summary>By key, in the order of the records: work, a move behind the one before it, or the end of the move that comes to this key.</summary>
    private readonly Dictionary<EntityKey, Queue<(TaskCompletionSource? After, LaneWork? Work)>> _waiting = [];
    private TaskCompletionSource? _last;
    private TaskCompletionSource? _idle;
    private bool _isDropped;

    public bool IsIdle
    {
        get
        {
            lock (_lock) return _waiting.Count == 0;
        }
    }

    public void Add(EntityKey key, LaneWork work)
    {
        lock (_lock)
        {
            if (_isDropped) return;
            if (_waiting.TryGetValue(key, out var queue)) queue.Enqueue((null, work));
            else addWork(key, work);
        }
    }

    public void Move(EntityKey from, LaneWork.Rename rename, CancellationToken stop)
    {
        lock (_lock)
        {
            Enqueue(from, (_last, rename), stop);
            Enqueue(rename.NewKey, (rename.Done, null), stop);
            _last = rename.Done;
        }
    }

    /// <summary>Returns when all work is with its rows.</summary>
    public async Task IdleAsync(CancellationToken stop)
    {
        TaskCompletionSource idle;
        lock (_lock)
        {
            if (_waiting.Count == 0) return;
            idle = _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        await WaitFor(idle, stop);
    }

    /// <summary>The partition is another process's: what has not come to its row is read there again.</summary>
    public void Drop()
    {
        lock (_lock)
        {
            _isDropped = true;
            _waiting.Clear();
            _idle?.TrySetResult();
        }
    }

    private void Enqueue(EntityKey key, (TaskCompletionSource? After, LaneWork? Work) next, CancellationToken stop)
    {
        if (_isDropped) return;
        if (_waiting.TryGetValue(key, out var queue))
        {
            queue.Enqueue(next);
            return;
        }

        _waiting[key] = queue = new Queue<(TaskCompletionSource? After, LaneWork? Work)>([next]);
        _ = FollowAsync(key, queue, stop);
    }

    private async Task FollowAsync(EntityKey key, Queue<(TaskCompletionSource? After, LaneWork? Work)> queue, CancellationToken stop)
    {
        try
        {
            while (Next(key, queue) is var (after, work))
            {
                if (after is not null) await WaitFor(after, stop);
                if (work is not null) Hand(key, work);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end of the run: what has not come to its row is read again.
        }
    }

    private (TaskCompletionSource? After, LaneWork? Work)? Next(EntityKey key, Queue<(TaskCompletionSource? After, LaneWork? Work)> queue)
    {
        lock (_lock)
        {
            if (_isDropped) return null;
            if (queue.TryDequeue(out var next)) return next;
            _waiting.Remove(key);
            if (_waiting.Count > 0) return null;
            _idle?.TrySetResult();
            _idle = null;
            return null;
        }
    }

    private void Hand(EntityKey key, LaneWork work)
    {
        lock (_lock)
        {
            if (!_isDropped) addWork(key, work);
        }
    }

    private static async Task WaitFor(TaskCompletionSource told, CancellationToken stop)
    {
        // Task.WaitAsync would leave the caller's scheduler for the thread pool.
        await using var registration = stop.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), told);
        await told.Task;
    }
}
