using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>What another process began and left, or did not come to tell: taken up once it would have been done long since.</summary>
internal sealed class Leftovers(DeliveryParts parts, LaneBoard lanes, SweepRoom room, Action<EntityKey, LaneWork> addWork)
{
    private readonly DueTimes _lookForParents = new();
    private DateTimeOffset _closedAt = DateTimeOffset.MinValue;

    /// <summary>Partitions came: the wake-ups of their rows may have been another process's to give.</summary>
    public void Assigned() => _lookForParents.Add(parts.Now + parts.Options.TakeOverAfter);

    /// <summary>Intents that nobody has brought to their end for a while, calls that nobody answered, and after a rebalance the rows that wait for a
    /// parent which a lost process created.</summary>
    public async Task TakeUpAsync(CancellationToken stop)
    {
        try
        {
            if (_lookForParents.Take(parts.Now))
            {
                foreach (var waiting in await parts.Store.ParkedAsync(ParkReason.Parent, int.MaxValue, stop))
                {
                    await room.WaitAsync(stop);
                    addWork(waiting.Key, new LaneWork.Wake());
                }
            }

            // Who holds an intent says so with each attempt: while nothing may be written, and for a while after, nothing tells whether it is there.
            if (parts.Gate.Closed is not null) _closedAt = parts.Now;
            var isTold = parts.Now - _closedAt >= parts.Options.TakeOverAfter;
            var (held, left) = (new HashSet<EntityKey>(), new List<EntityKey>());
            foreach (var unfinished in await parts.Store.UnfinishedAsync(stop))
            {
                if (unfinished.Intent is not { } intent || lanes.IsBusy(unfinished.Key)) continue;
                if (isTold && parts.IsLeft(intent)) left.Add(unfinished.Key);
                else held.Add(unfinished.Key);
            }

            await CallAsync(parts.Now - parts.Options.TakeOverAfter, held, stop); // before they are woken, and busy
            foreach (var key in left) addWork(key, new LaneWork.Wake());
        }
        catch (StateStoreUnavailableException)
        {
            // Looked at again in a moment.
        }
    }

    /// <summary>Rows that another's work concerns, and that nobody has looked at since.</summary>
    /// <param name="held">Rows whose intent somebody carries out: they are called when it is done.</param>
    public async Task CallAsync(DateTimeOffset before, IReadOnlySet<EntityKey> held, CancellationToken stop)
    {
        foreach (var row in (await parts.Store.CallsAsync(before, stop)).GroupBy(c => c.Key).Where(r => !lanes.IsBusy(r.Key) && !held.Contains(r.Key)).ToList())
        {
            foreach (var call in row) addWork(row.Key, LaneWork.Of(call));
        }
    }
}
