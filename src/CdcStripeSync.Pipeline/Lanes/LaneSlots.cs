namespace CdcStripeSync.Pipeline.Lanes;

/// <summary>Lanes that are worked on at the same time: a bound on memory. Beyond it lanes wait, those with a live change first; the others never starve.</summary>
internal sealed class LaneSlots(int most)
{
    /// <summary>Every so many slots that are handed on go to a lane that is not urgent.</summary>
    private const int FloorEvery = 8;
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _urgent = new();
    private readonly Queue<TaskCompletionSource> _others = new();
    private int _free = most;
    private int _handedOn;

    /// <returns>What to wait for; null where a slot was free.</returns>
    public TaskCompletionSource? Acquire(bool isUrgent)
    {
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return null;
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (isUrgent ? _urgent : _others).Enqueue(turn);
            return turn;
        }
    }

    /// <summary>Something urgent came to a lane that waits.</summary>
    public void Hurry(TaskCompletionSource turn)
    {
        lock (_lock) _urgent.Enqueue(turn);
    }

    public void Release()
    {
        lock (_lock)
        {
            var (first, second) = ++_handedOn % FloorEvery == 0 ? (_others, _urgent) : (_urgent, _others);
            if (!HandOn(first) && !HandOn(second)) _free++;
        }
    }

    /// <summary>One that hurried stands in both queues, and has had its turn already when the other comes to it.</summary>
    private static bool HandOn(Queue<TaskCompletionSource> waiting)
    {
        while (waiting.TryDequeue(out var turn))
        {
            if (turn.TrySetResult()) return true;
        }

        return false;
    }
}
