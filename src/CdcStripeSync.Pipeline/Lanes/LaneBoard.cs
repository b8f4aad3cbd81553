using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Unchanged;

namespace CdcStripeSync.Pipeline.Lanes;

/// <summary>All lanes: many entities in flight, each one at a time, within a bound.</summary>
/// <param name="run">Works a lane off until nothing waits in it.</param>
/// <param name="failed">Is told what ended a lane that should not have ended.</param>
/// <param name="settled">Rows that need no lane for records which change nothing.</param>
/// <param name="positions">What a settled row leaves to be written before other work.</param>
/// <param name="hold">What a row with this newest change waits for, so that more of its changes come along.</param>
public sealed class LaneBoard(
    int mostLanes, Func<KeyLane, Task> run, Action<Exception> failed, SettledRows? settled = null, Func<SettledRow, IEnumerable<LaneWork>>? positions = null,
    Func<RecordOrigin, TaskCompletionSource?>? hold = null)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<EntityKey, KeyLane> _lanes = [];
    private readonly LaneSlots _slots = new(mostLanes);

    /// <summary>Entities that are being worked on or wait for it.</summary>
    public int Busy
    {
        get
        {
            lock (_lock) return _lanes.Count;
        }
    }

    public bool IsBusy(EntityKey key)
    {
        lock (_lock) return _lanes.ContainsKey(key);
    }

    /// <summary>Entities of a table that are being worked on.</summary>
    public IReadOnlyList<EntityKey> BusyOf(TableId table)
    {
        lock (_lock) return [.. _lanes.Keys.Where(k => k.Table == table)];
    }

    public void Add(EntityKey key, LaneWork work)
    {
        lock (_lock)
        {
            if (!_lanes.TryGetValue(key, out var lane)) _lanes[key] = lane = new KeyLane(key);
            if (settled?.Forget(key) is { } row)
            {
                foreach (var position in positions?.Invoke(row) ?? []) lane.Add(position);
            }

            lane.Add(work);
            Hurry(lane, work);
            if (lane.IsRunning) return;
            lane.IsRunning = true;
            _ = BeginAsync(lane);
        }
    }

    /// <summary>Positions that a settled row left go before whatever comes for it from now on: what is older than they are would be taken for newer.</summary>
    public void AddPositions(SettledRow row)
    {
        lock (_lock)
        {
            foreach (var position in positions?.Invoke(row) ?? []) Add(row.Key, position);
        }
    }

    /// <summary>These partitions belong to another process; see <see cref="SettledRows.Lost"/>.</summary>
    public void Lost(IReadOnlyCollection<PartitionId> partitions)
    {
        lock (_lock)
        {
            foreach (var row in settled?.Lost(partitions) ?? []) AddPositions(row);
        }
    }

    /// <summary>Returns when every lane that runs now, or waits for its slot, has ended.</summary>
    public Task DrainAsync()
    {
        // Not asynchronously: who waits goes on from the lane's own scheduler.
        lock (_lock) return Task.WhenAll(_lanes.Values.Select(l => (l.Ended ??= new TaskCompletionSource()).Task).ToList());
    }

    private bool HasSlot(KeyLane lane)
    {
        lock (_lock)
        {
            var isUrgent = lane.IsUrgent;
            var isFree = _slots.Acquire(lane, isUrgent);
            lane.MayHurry = !isFree && !isUrgent;
            return isFree;
        }
    }

    private void Hurry(KeyLane lane, LaneWork work)
    {
        if (!lane.MayHurry || !KeyLane.Hurries(work)) return;
        _slots.Hurry(lane);
        lane.MayHurry = false;
    }

    private bool Ends(KeyLane lane)
    {
        lock (_lock)
        {
            if (lane.HasMore) return false;
            lane.IsRunning = false;
            _lanes.Remove(lane.Key);
            if (lane.Settled is not { } row) return true;
            foreach (var left in settled?.Keep(row) ?? []) AddPositions(left);
            return true;
        }
    }

    /// <summary>Until the lane has a slot, or waits for one; whoever gives one up then goes on with it.</summary>
    private async Task BeginAsync(KeyLane lane)
    {
        await Task.Yield();
        if (hold is not null) await lane.HoldAsync(hold);
        lane.HasHeld();
        if (HasSlot(lane)) await WorkAsync(lane);
    }

    private async Task GoOnAsync(KeyLane lane)
    {
        await Task.Yield();
        await WorkAsync(lane);
    }

    private async Task WorkAsync(KeyLane lane)
    {
        try
        {
            while (true)
            {
                await run(lane);
                if (Ends(lane)) break;
                if (hold is not null) await lane.HoldAsync(hold);
            }
        }
        catch (Exception e)
        {
            lock (_lock) _lanes.Remove(lane.Key);
            failed(e);
        }
        finally
        {
            if (_slots.Release() is { } next) _ = GoOnAsync(next);
            lane.Ended?.TrySetResult();
        }
    }
}
