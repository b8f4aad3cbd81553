using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ordering;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Whether a row that a complete snapshot did not contain is gone, judged in its lane, where nothing overtakes it. The source is asked where it
/// can be: its word stands above what is presumed.</summary>
internal sealed class VanishedRowCheck(DeliveryParts parts)
{
    /// <returns>The row's state as it is then: ended, or as it was.</returns>
    public async Task<EntityState> JudgeAsync(EntityState state, ResourceMap map, LaneWork.Vanished presumed, CancellationToken cancellationToken)
    {
        if (!SnapshotContents.Lacks(state, presumed.Snapshot)) return state;
        // The record that nobody could read may have been the snapshot's.
        if (parts.Rows is not { } rows) return Fold.IsForgotten(state, map) ? state : Fold.Vanish(state);
        try
        {
            return await rows.ReadAsync(state.Key, map.Columns, cancellationToken) is { } found ? Fold.Read(state, found, map) : Fold.Vanish(state);
        }
        catch (RowReadException e)
        {
            presumed.Unread(e);
            return state;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One row that nobody thought of must not stop the others.
            presumed.Unread(new RowReadException($"{state.Key}: {e.GetType().Name}: {e.Message}", "report it with the row", passes: false, e));
            return state;
        }
    }
}
