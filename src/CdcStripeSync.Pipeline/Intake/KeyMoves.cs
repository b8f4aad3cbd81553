using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Lanes;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>One partition's work on its way to its rows, where rows change their keys. A move is carried out in the old key's lane, behind what that still
/// has queued. What comes for either of its keys waits until the Link has moved, other moves too: a key may have to be left before another row moves in.
/// Nothing else waits, however long a row cannot go. Thread-safe.</summary>
internal sealed class KeyMoves(TableBook tables, Action<EntityKey, LaneWork> addWork, Action<Exception> failed)
{
    private readonly Lock _lock = new();

    /// <summary>What waits for each key that a move has still to leave or to come to.</summary>
    private readonly Dictionary<EntityKey, Waiting> _waiting = [];
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
            if (_waiting.TryGetValue(key, out var waiting)) waiting.Turns.Enqueue(new Turn(null, work, null));
            else addWork(key, work);
        }
    }

    /// <remarks>A move waits for earlier ones only, so that none waits for itself, whatever rings the keys make.</remarks>
    public void Move(EntityKey from, LaneWork.Rename rename, CancellationToken stop)
    {
        lock (_lock)
        {
            var before = _waiting.GetValueOrDefault(rename.NewKey)?.LastMove;
            Enqueue(from, new Turn(before, rename, rename.Done), stop);
            Enqueue(rename.NewKey, new Turn(null, null, rename.Done), stop);
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

    private void Enqueue(EntityKey key, Turn move, CancellationToken stop)
    {
        if (_isDropped) return;
        var isKnown = _waiting.TryGetValue(key, out var waiting);
        waiting ??= _waiting[key] = new Waiting();
        waiting.Turns.Enqueue(move);
        waiting.LastMove = move.Until;
        if (!isKnown) _ = FollowAsync(key, waiting, stop);
    }

    private async Task FollowAsync(EntityKey key, Waiting waiting, CancellationToken stop)
    {
        try
        {
            while (Next(key, waiting) is var (after, work, until))
            {
                if (after is not null) await WaitFor(after, stop);
                if (work is not null) Hand(key, work);
                if (until is not null) await WaitFor(until, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end of the run: what has not come to its row is read again.
        }
        catch (Exception e)
        {
            failed(e);
        }
    }

    private Turn? Next(EntityKey key, Waiting waiting)
    {
        lock (_lock)
        {
            if (_isDropped) return null;
            if (waiting.Turns.TryDequeue(out var next)) return next;
            _waiting.Remove(key);
            if (_waiting.Count > 0) return null;
            _idle?.TrySetResult();
            _idle = null;
            return null;
        }
    }

    /// <summary>Its table may have been emptied while it waited, and who looked for the rows that are gone could not know of it.</summary>
    private void Hand(EntityKey key, LaneWork work)
    {
        lock (_lock)
        {
            if (!_isDropped) addWork(key, work is LaneWork.Event happened ? happened with { Table = tables.Of(happened.Change.Table) } : work);
        }
    }

    private static async Task WaitFor(TaskCompletionSource told, CancellationToken stop)
    {
        // Task.WaitAsync would leave the caller's scheduler for the thread pool.
        await using var registration = stop.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), told);
        await told.Task;
    }

    /// <summary>One after another, in the order of the records.</summary>
    /// <param name="After">The other key's move that goes before.</param>
    /// <param name="Until">The move, whichever way it goes: what follows waits for its end.</param>
    private sealed record Turn(TaskCompletionSource? After, LaneWork? Work, TaskCompletionSource? Until);

    private sealed class Waiting
    {
        public Queue<Turn> Turns { get; } = new();

        public TaskCompletionSource? LastMove { get; set; }
    }
}
