using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>Rows that waited long enough for word of the key that they came from, whichever process parked them.</summary>
internal sealed class KeyChangeWaits(DeliveryParts parts, Action<EntityKey, LaneWork> addWork)
{
    public async Task GoOnAsync(CancellationToken stop)
    {
        try
        {
            foreach (var row in await parts.Store.ParkedAsync(ParkReason.KeyChange, int.MaxValue, stop))
            {
                if (parts.Now - row.Since >= parts.KeyChangePatience) addWork(row.Key, new LaneWork.Wake());
            }
        }
        catch (StateStoreUnavailableException)
        {
            // Looked at again in a moment.
        }
    }
}
