using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Unchanged;

namespace CdcStripeSync.Pipeline.Lanes;

/// <summary>One entity's queue: what arrives while it is busy waits here and is folded together.</summary>
public sealed class KeyLane(EntityKey key)
{
    private readonly List<LaneWork> _waiting = new(1); // most lanes get one record, and very many may wait
    private TaskCompletionSource? _held;

    public EntityKey Key => key;

    /// <summary>Guarded by <see cref="LaneSlots"/>.</summary>
    internal bool WaitsForSlot { get; set; }

    /// <summary>It began to wait for a slot with nothing urgent in it, and nothing urgent came since.</summary>
    internal bool MayHurry { get; set; }

    /// <summary>Told when the lane's run ends, where somebody waits for that.</summary>
    internal TaskCompletionSource? Ended { get; set; }

    public static bool Hurries(LaneWork work) => work is not (LaneWork.Vanished or LaneWork.Event { Change.Snapshot: not SnapshotKind.Streamed });

    public bool HasMore
    {
        get
        {
            lock (_waiting) return _waiting.Count > 0;
        }
    }

    internal bool IsRunning { get; set; }

    /// <summary>The row as the lane's last run settled it, where records can be compared with it.</summary>
    internal SettledRow? Settled { get; set; }

    /// <summary>A snapshot's row can wait longer than a change, or than anything that was asked for.</summary>
    public bool IsUrgent
    {
        get
        {
            lock (_waiting) return _waiting.Exists(Hurries);
        }
    }

    public void Add(LaneWork work)
    {
        TaskCompletionSource? held;
        lock (_waiting)
        {
            _waiting.Add(work);
            held = work is LaneWork.Event ? null : _held;
        }

        held?.TrySetResult();
    }

    /// <summary>Waits for more changes of the row, where changes are all that is here; anything else that comes ends the wait.</summary>
    /// <param name="hold">Told the newest change's record, answers what to wait for; null: nothing.</param>
    public Task HoldAsync(Func<RecordOrigin, TaskCompletionSource?> hold)
    {
        lock (_waiting)
        {
            var waits = _waiting.TrueForAll(w => w is LaneWork.Event) && _waiting.FindLast(w => w is LaneWork.Event { IsPositionOnly: false }) is LaneWork.Event { Change.Origin: var newest }
                ? hold(newest) : null;
            _held = waits;
            return waits?.Task ?? Task.CompletedTask;
        }
    }

    /// <summary>The wait for more is over.</summary>
    internal void HasHeld()
    {
        lock (_waiting) _held = null;
    }

    /// <summary>Puts back what was taken and has to wait for its turn, before everything newer.</summary>
    public void PutBack(IEnumerable<LaneWork> works)
    {
        lock (_waiting) _waiting.InsertRange(0, works);
    }

    /// <summary>Something waits that can be folded into what is being delivered.</summary>
    public bool HasFoldable
    {
        get
        {
            lock (_waiting) return _waiting.Count > 0 && !StandsAlone(_waiting[0]);
        }
    }

    /// <summary>What comes next, oldest first: everything up to what stands alone, or that.</summary>
    public IReadOnlyList<LaneWork> Take()
    {
        lock (_waiting) return _waiting is [var first, ..] && StandsAlone(first) ? Remove(1) : TakeFoldable();
    }

    /// <summary>Everything up to what stands alone, which is never folded past.</summary>
    public IReadOnlyList<LaneWork> TakeFoldable()
    {
        lock (_waiting)
        {
            var alone = _waiting.FindIndex(StandsAlone);
            return Remove(alone < 0 ? _waiting.Count : alone);
        }
    }

    /// <summary>A key change moves the row away; whether a row has vanished is judged by all that came before.</summary>
    private static bool StandsAlone(LaneWork work) => work is LaneWork.Rename or LaneWork.Vanished;

    private List<LaneWork> Remove(int count)
    {
        var taken = _waiting.GetRange(0, count);
        _waiting.RemoveRange(0, count);
        return taken;
    }
}
