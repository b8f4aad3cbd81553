using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>What another process began and left, or did not come to tell: taken up once it would have been done long since.</summary>
internal sealed class Leftovers(DeliveryParts parts, LaneBoard lanes, Action<EntityKey, LaneWork> addWork)
{
    private DateTimeOffset? _lookForParentsAt;

    /// <summary>Partitions came: the wake-ups of their rows may have been another process's to give.</summary>
    public void Assigned() => _lookForParentsAt = parts.Now + parts.Options.TakeOverAfter;

    /// <summary>Intents that nobody has brought to their end for a while, calls that nobody answered, and after a rebalance the rows that wait for a
    /// parent which a lost process created.</summary>
    public async Task TakeUpAsync(CancellationToken stop)
    {
        try
        {
            if (_lookForParentsAt is { } due && parts.Now >= due)
            {
                foreach (var waiting in await parts.Store.ParkedAsync(ParkReason.Parent, int.MaxValue, stop)) addWork(waiting.Key, new LaneWork.Wake());
                _lookForParentsAt = null;
            }

            foreach (var unfinished in await parts.Store.UnfinishedAsync(stop))
            {
                if (unfinished.Intent is not { } intent || parts.Now - intent.CreatedAt < parts.Options.TakeOverAfter || lanes.IsBusy(unfinished.Key)) continue;
                parts.Entities.Clear();
                addWork(unfinished.Key, new LaneWork.Wake());
            }

            await CallAsync(parts.Now - parts.Options.TakeOverAfter, stop);
        }
        catch (StateStoreUnavailableException)
        {
            // Looked at again in a moment.
        }
    }

    /// <summary>Rows that another's work concerns, and that nobody has looked at since.</summary>
    public async Task CallAsync(DateTimeOffset before, CancellationToken stop)
    {
        foreach (var row in (await parts.Store.CallsAsync(before, stop)).GroupBy(c => c.Key).Where(r => !lanes.IsBusy(r.Key)).ToList())
        {
            foreach (var call in row) addWork(row.Key, LaneWork.Of(call));
        }
    }
}
