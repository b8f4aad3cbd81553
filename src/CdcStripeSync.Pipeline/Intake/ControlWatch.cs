using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>What the operator says to all processes, through the store: pause, approvals, leave to create, letters to be tried again.</summary>
internal sealed class ControlWatch(DeliveryParts parts, LetterRetry letters, SweepRoom room, Action<EntityKey, LaneWork> addWork)
{
    /// <summary>Rows to be woken, once each however often they are told of, and whether they were approved.</summary>
    private readonly Dictionary<EntityKey, bool> _woken = [];
    private HashSet<(EntityKey Key, DateTimeOffset Since)> _released = [];
    private long _lettersLookedFor;
    private bool _lettersWait = true;

    /// <summary>Wakes the rows that may go by what was said since the last look, as many as there is room for; the others at the next looks. It never
    /// waits for that: what is in the way may wait for the operator's next word.</summary>
    public async Task LookAsync(CancellationToken stop)
    {
        await HearAsync(stop);
        foreach (var (key, approved) in _woken)
        {
            if (!room.IsThere) return;
            _woken.Remove(key);
            addWork(key, new LaneWork.Wake(approved));
        }
    }

    private async Task HearAsync(CancellationToken stop)
    {
        var before = parts.Gate.Current;
        var now = await parts.Store.ControlsAsync(stop);
        if (now.Revision == before.Revision) return;
        parts.Gate.Set(now);
        if (now.Paused != before.Paused) parts.Observer.Told(now.Paused ? Paused(now) : "writing to Stripe goes on");
        await parts.RecallAsync(stop); // a row that may go now may be another process's, which found that the store had forgotten its object
        // Of all rows, not only of those that this process knows to wait: who parked one may be gone.
        var released = (await parts.Store.ParkedAsync(null, int.MaxValue, stop)).Where(r => r.Approved).ToList();
        TellReleased(released);
        foreach (var row in released) _woken[row.Key] = true;
        if (now.Adopt && !before.Adopt) parts.Creates = CreatePolicy.Ask;
        if ((!now.CreateAll || before.CreateAll) && (!now.Adopt || before.Adopt)) return;
        foreach (var row in await parts.Store.ParkedAsync(ParkReason.Paused, int.MaxValue, stop)) _woken.TryAdd(row.Key, false);
    }

    public static string Paused(Controls controls) => $"writing to Stripe is paused: {controls.PausedBecause}";

    /// <summary>Once a release: its rows may wait on for a while.</summary>
    private void TellReleased(List<ParkedRow> released)
    {
        foreach (var group in released.Where(r => !_released.Contains((r.Key, r.Since))).GroupBy(r => (r.Key.Resource, r.Key.Table, r.Reason)))
            parts.Observer.Told($"{group.Count()} of {group.Key.Resource} from {group.Key.Table} that waited for {group.Key.Reason} may go on: {string.Join(", ", group.Take(3).Select(r => r.Key.Key))}{(group.Count() > 3 ? " …" : "")}");
        _released = [.. released.Select(r => (r.Key, r.Since))];
    }

    /// <summary>Takes up the letters that are to be tried again: those that were told of by the controls' last look, and those that had to wait.</summary>
    public async Task TryLettersAsync(Action<Exception> failed, CancellationToken stop)
    {
        var revision = parts.Gate.Current.Revision;
        if (!_lettersWait && revision == _lettersLookedFor) return;
        _lettersWait = !await letters.TakeAsync(failed, stop);
        _lettersLookedFor = revision;
    }
}
