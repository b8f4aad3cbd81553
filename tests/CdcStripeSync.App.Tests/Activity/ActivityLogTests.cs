using CdcStripeSync.App.Activity;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;

namespace CdcStripeSync.App.Tests.Activity;

public sealed class ActivityLogTests
{
    private static readonly EntityState Price = new() { Key = new EntityKey("price", new TableId("public", "prices"), "7") };

    private readonly ActivityLog _log = new(TimeProvider.System);

    [Fact]
    public void NeededARequest_RowThatWaitedForItsParent_CountsItsChangesWhenItGoesOn()
    {
        Park();
        _log.Settled(Price, null, requests: 0, changes: 2, live: true);
        Assert.Equal(0, _log.NeededARequest);
        _log.Unparked(Price.Key);
        _log.Settled(Price, null, requests: 1, changes: 0, live: true);
        Assert.Equal(2, _log.NeededARequest);
    }

    [Fact]
    public void NeededARequest_RowThatGoesOnWithoutOne_CountsNothing()
    {
        Park();
        _log.Settled(Price, null, requests: 0, changes: 2, live: true);
        _log.Unparked(Price.Key);
        _log.Settled(Price, null, requests: 0, changes: 1, live: true);
        _log.Settled(Price, null, requests: 1, changes: 1, live: true);
        Assert.Equal(1, _log.NeededARequest);
    }

    private void Park() => _log.Parked(new ParkedRow(Price.Key, ParkReason.Parent, "product/1", "", "", DateTimeOffset.UnixEpoch));
}
