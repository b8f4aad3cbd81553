using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Parking;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>Rows that wait for a column which only the source database can tell: it may have been away, or mended meanwhile, so they ask again, some at a time, in turn.</summary>
internal sealed class UnknownColumns(ParkedBook parked, Action<EntityKey, LaneWork> addWork)
{
    private const int AskedTogether = 200;
    private int _askedUpTo;

    public Task AskAgainAsync(CancellationToken stop)
    {
        var waiting = parked.All.Where(r => r.Reason == ParkReason.UnknownColumn).Select(r => r.Key).OrderBy(k => k.ToString(), StringComparer.Ordinal).ToList();
        foreach (var key in waiting.Skip(_askedUpTo).Take(AskedTogether)) addWork(key, new LaneWork.Wake());
        _askedUpTo = _askedUpTo + AskedTogether < waiting.Count ? _askedUpTo + AskedTogether : 0;
        return Task.CompletedTask;
    }
}
