using CdcStripeSync.App.Activity;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Tests.Activity;

public sealed class ActivityLogTests
{
    private static readonly EntityState Price = new() { Key = new EntityKey("price", new TableId("public", "prices"), "7") };

    private static readonly EntityKey Product = new("product", new TableId("public", "products"), "1");

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

    [Fact]
    public void Freshness_OneLateChangeAndThenQuiet_IsForgottenAfterAWhile()
    {
        var time = new Clock();
        var log = new ActivityLog(time);
        log.Settled(Price, Committed(-180), requests: 1, changes: 1, live: true);
        Assert.Equal(180, log.CurrentFreshness);
        time.Now += TimeSpan.FromMinutes(3);
        Assert.Null(log.CurrentFreshness);
    }

    [Fact]
    public void Freshness_ChangeUnderWayForLong_GrowsAlthoughTheLastOneWasFast()
    {
        var time = new Clock();
        var log = new ActivityLog(time);
        log.Settled(Price, Committed(-1), requests: 1, changes: 1, live: true);
        log.Judged(Price.Key, Change(-2, SnapshotKind.Streamed), "Apply");
        log.Judged(Price.Key, Change(-1, SnapshotKind.Streamed), "Apply");
        log.Judged(Product, Change(-900, SnapshotKind.Complete), "Apply");
        log.Judged(Product, Change(-900, SnapshotKind.Streamed), "Stale");
        time.Now += TimeSpan.FromSeconds(60);
        Assert.Equal(62, log.CurrentFreshness);
        log.Settled(Price, Committed(-2), requests: 1, changes: 1, live: true);
        Assert.Equal(62, log.CurrentFreshness);
        time.Now += TimeSpan.FromMinutes(10);
        Assert.Null(log.CurrentFreshness);
    }

    [Fact]
    public void Refused_AnswerThatRefuses_CountsWhereItIsSaidToBeForGood()
    {
        var refusal = new StripeOutcome.Refused(new StripeError(400, "invalid_request_error", null, "price", "no"), null, false);
        _log.Sent(Price.Key, new StripeRequest(StripeMethod.Post, "/v1/prices/price_1", "/v1/prices/{id}", "", null, "", TimeSpan.Zero), refusal, TimeSpan.Zero);
        Assert.False(Assert.Single(_log.Recent).Succeeded);
        Assert.Equal(0, _log.RefusedCount);
        _log.Refused("no");
        Assert.Equal((1L, 1L), (_log.RefusedCount, _log.Counts["requests_refused"]));
    }

    [Fact]
    public void Settled_RecordsThatNeedNoRow_CountToo()
    {
        _log.Unchanged(default);
        _log.Skipped(default, SkippedKind.Heartbeat, null);
        Assert.Equal(2, _log.SettledCount);
    }

    private static Instant Committed(long seconds) => new(Clock.Start.ToUnixTimeSeconds() + seconds, 0);

    private static ChangeEvent Change(long seconds, SnapshotKind kind) => new()
    {
        Origin = default,
        Table = Price.Key.Table,
        Op = ChangeOp.Update,
        Snapshot = kind,
        Position = default,
        CommittedAt = Committed(seconds),
    };

    private void Park() => _log.Parked(new ParkedRow(Price.Key, ParkReason.Parent, "product/1", "", "", DateTimeOffset.UnixEpoch));

    private sealed class Clock : TimeProvider
    {
        public static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

        public DateTimeOffset Now { get; set; } = Start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
