namespace CdcStripeSync.Pipeline.Lanes;

/// <summary>Lanes that are worked on at the same time: a bound on memory. Beyond it lanes wait, those with a live change first; the others never starve.</summary>
/// <remarks>What waits is the lane itself, not a task of its own: very many wait while Stripe is away.</remarks>
internal sealed class LaneSlots(int most)
{
    /// <summary>Every so many slots that are handed on go to a lane that is not urgent.</summary>
    private const int FloorEvery = 8;
    private readonly Lock _lock = new();
    private readonly Queue<KeyLane> _urgent = new();
    private readonly Queue<KeyLane> _others = new();
    private int _free = most;
    private int _handedOn;

    /// <returns>Whether a slot was free; else the lane waits until a <see cref="Release"/> answers it.</returns>
    public bool Acquire(KeyLane lane, bool isUrgent)
    {
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return true;
            }

            lane.WaitsForSlot = true;
            (isUrgent ? _urgent : _others).Enqueue(lane);
            return false;
        }
    }

    /// <summary>Something urgent came to a lane that waits.</summary>
    public void Hurry(KeyLane lane)
    {
        lock (_lock) _urgent.Enqueue(lane);
    }

    /// <returns>The lane that has the slot now; null where none waits.</returns>
    public KeyLane? Release()
    {
        lock (_lock)
        {
            var (first, second) = ++_handedOn % FloorEvery == 0 ? (_others, _urgent) : (_urgent, _others);
            if ((Next(first) ?? Next(second)) is { } next) return next;
            _free++;
            return null;
        }
    }

    /// <summary>One that hurried stands in both queues, and has had its turn already when the other comes to it.</summary>
    private static KeyLane? Next(Queue<KeyLane> waiting)
    {
        while (waiting.TryDequeue(out var lane))
        {
            if (!lane.WaitsForSlot) continue;
            lane.WaitsForSlot = false;
            return lane;
        }

        return null;
    }
}
