using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Parking;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>What waited, or was left unfinished, when the process began: it goes on once the store's word has been compared with Kafka's. In a store that was put back to
/// an older time such a row may have its object already, and only that comparison tells.</summary>
internal sealed class Awakening(DeliveryParts parts, ParkedBook parked, Leftovers leftovers, Func<bool> isAssigned, Action<EntityKey, LaneWork> addWork)
{
    private readonly DateTimeOffset _since = parts.Now;
    private volatile bool _isOver;

    /// <summary>The first partitions have been compared.</summary>
    public async Task WakeAsync(CancellationToken stop)
    {
        if (_isOver) return;
        await parts.RecallAsync(stop);
        await parked.LoadAsync(parts.Store, stop);
        foreach (var unfinished in await parts.Store.UnfinishedAsync(stop)) addWork(unfinished.Key, new LaneWork.Wake());
        await leftovers.CallAsync(DateTimeOffset.MaxValue, new HashSet<EntityKey>(), stop);
        foreach (var waiting in parked.All)
        {
            var mayGo = waiting.Approved || waiting.Reason is ParkReason.Parent || waiting.Reason == ParkReason.Paused
                || (waiting.Reason == ParkReason.UnknownColumn && parts.Rows is not null)
                || (parts.Mapping.Find(waiting.Key.Resource) is { } map && VanishedColumns.IsOver(waiting, map));
            if (mayGo) addWork(waiting.Key, new LaneWork.Wake(waiting.Approved));
        }

        _isOver = true;
    }

    /// <summary>A chore that wakes rows: not before the first comparison, or after a while without partitions: nobody may have any.</summary>
    public Func<CancellationToken, Task> Then(Func<CancellationToken, Task> chore) => async stop =>
    {
        if (!_isOver && !isAssigned() && parts.Now - _since > parts.Options.TakeOverAfter) await WakeAsync(stop);
        if (_isOver) await chore(stop);
    };
}
