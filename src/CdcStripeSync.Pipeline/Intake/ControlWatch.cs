using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Parking;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>What the operator says to all processes, through the store: pause, approvals, leave to create, letters to be tried again.</summary>
internal sealed class ControlWatch(DeliveryParts parts, ParkedBook parked, LetterRetry letters, Action<EntityKey, LaneWork> addWork)
{
    private long _lettersLookedFor;
    private bool _lettersWait = true;

    /// <summary>Wakes the rows that may go by what was said since the last look.</summary>
    public async Task LookAsync(CancellationToken stop)
    {
        var before = parts.Gate.Current;
        var now = await parts.Store.ControlsAsync(stop);
        if (now.Revision == before.Revision) return;
        parts.Gate.Set(now);
        foreach (var row in parked.Count == 0 ? [] : await parts.Store.ParkedAsync(null, int.MaxValue, stop))
        {
            if (row.Approved) addWork(row.Key, new LaneWork.Wake(Approved: true));
        }

        if (now.Adopt && !before.Adopt) parts.Creates = CreatePolicy.Ask;
        if ((!now.CreateAll || before.CreateAll) && (!now.Adopt || before.Adopt)) return;
        foreach (var row in await parts.Store.ParkedAsync(ParkReason.Paused, 10_000, stop)) addWork(row.Key, new LaneWork.Wake());
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
