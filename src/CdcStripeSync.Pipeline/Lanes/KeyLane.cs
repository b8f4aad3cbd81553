using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Lanes;

/// <summary>One entity's queue: what arrives while it is busy waits here and is folded together.</summary>
public sealed class KeyLane(EntityKey key)
{
    private readonly List<LaneWork> _waiting = [];

    public EntityKey Key => key;

    public bool HasMore
    {
        get
        {
            lock (_waiting) return _waiting.Count > 0;
        }
    }

    internal bool IsRunning { get; set; }

    public void Add(LaneWork work)
    {
        lock (_waiting) _waiting.Add(work);
    }

    /// <summary>Puts back what was taken and has to wait for its turn, before everything newer.</summary>
    public void PutBack(IEnumerable<LaneWork> works)
    {
        lock (_waiting) _waiting.InsertRange(0, works);
    }

    /// <summary>Everything that waits, oldest first.</summary>
    public IReadOnlyList<LaneWork> TakeAll()
    {
        lock (_waiting)
        {
            LaneWork[] all = [.. _waiting];
            _waiting.Clear();
            return all;
        }
    }
}
