using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
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
    private readonly HashSet<Task> _running = [];
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
            var task = RunAsync(lane);
            if (task.IsCompleted) return;
            _running.Add(task);
            task.GetAwaiter().OnCompleted(() => Ended(task));
        }
    }

    /// <summary>Returns when every lane that runs now has ended.</summary>
    public Task DrainAsync()
    {
        lock (_lock) return Task.WhenAll(_running);
    }

    private void Ended(Task task)
    {
        lock (_lock) _running.Remove(task);
    }

    private TaskCompletionSource? Slot(KeyLane lane)
    {
        lock (_lock)
        {
            var isUrgent = lane.IsUrgent;
            var turn = _slots.Acquire(isUrgent);
            lane.Turn = isUrgent ? null : turn;
            return turn;
        }
    }

    private void Hurry(KeyLane lane, LaneWork work)
    {
        if (lane.Turn is not { } turn || !KeyLane.Hurries(work)) return;
        _slots.Hurry(turn);
        lane.Turn = null;
    }

    private bool Ends(KeyLane lane)
    {
        lock (_lock)
        {
            if (lane.HasMore) return false;
            lane.IsRunning = false;
            _lanes.Remove(lane.Key);
            if (lane.Settled is { } row) settled?.Keep(row);
            return true;
        }
    }

    private async Task RunAsync(KeyLane lane)
    {
        await Task.Yield();
        if (hold is not null) await lane.HoldAsync(hold);
        if (Slot(lane) is { } turn) await turn.Task;
        try
        {
            while (true)
            {
                await run(lane);
                if (Ends(lane)) return;
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
            _slots.Release();
        }
    }
}
