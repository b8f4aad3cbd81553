using CdcStripeSync.Pipeline.Budget;

namespace CdcStripeSync.Pipeline.Tests.Budget;

public sealed class RequestBudgetTests
{
    private const string Prices = "POST /v1/prices";
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Acquire_OverOneSecond_GrantsTheRateAndAShortBurstAtMost()
    {
        var budget = Of(perSecond: 100, perEndpoint: 1000);
        var granted = Wait(budget, RequestLane.Live, 300);
        Pass(budget, granted, TimeSpan.FromSeconds(1));
        Assert.InRange(granted.Count(t => t.IsCompleted), 99, 110);
    }

    [Fact]
    public void Acquire_OneBusyEndpoint_DoesNotHoldUpAnother()
    {
        var budget = Of(perSecond: 100, perEndpoint: 25);
        var prices = Wait(budget, RequestLane.Live, 100);
        Pass(budget, prices, TimeSpan.FromSeconds(1));
        Assert.InRange(prices.Count(t => t.IsCompleted), 24, 28);
        Assert.True(budget.AcquireAsync(RequestLane.Backfill, "POST /v1/products", CancellationToken.None).IsCompleted);
    }

    [Fact]
    public void Acquire_Reserve_LeavesItsShareToOthers()
    {
        var budget = new RequestBudget(new BudgetOptions(100, 1000, 0.5, 1000), _time);
        var granted = Wait(budget, RequestLane.Live, 300);
        Pass(budget, granted, TimeSpan.FromSeconds(1));
        Assert.InRange(granted.Count(t => t.IsCompleted), 49, 56);
    }

    [Fact]
    public void SetShare_AQuarter_GrantsAQuarterOfTheRate()
    {
        var budget = Of(perSecond: 100, perEndpoint: 1000);
        budget.SetShare(0.25, _time.GetTimestamp(), TimeSpan.FromMinutes(1));
        var granted = Wait(budget, RequestLane.Live, 300);
        Pass(budget, granted, TimeSpan.FromSeconds(2));
        Assert.InRange(granted.Count(t => t.IsCompleted), 49, 54);
    }

    [Fact]
    public void SetShare_LeaseEnded_NothingIsGrantedUntilItIsRenewed()
    {
        var budget = Of(perSecond: 100, perEndpoint: 1000);
        budget.SetShare(1, _time.GetTimestamp(), TimeSpan.FromSeconds(1));
        var granted = Wait(budget, RequestLane.Live, 1000);
        Pass(budget, granted, TimeSpan.FromSeconds(3));
        Assert.InRange(granted.Count(t => t.IsCompleted), 95, 112);
        budget.SetShare(1, _time.GetTimestamp(), TimeSpan.FromSeconds(1));
        Pass(budget, granted, TimeSpan.FromSeconds(0.5));
        Assert.True(granted.Count(t => t.IsCompleted) > 130);
    }

    [Fact]
    public void SetShare_None_GrantsNothing()
    {
        var budget = Of(perSecond: 100, perEndpoint: 1000);
        budget.SetShare(0, _time.GetTimestamp(), TimeSpan.FromMinutes(1));
        var granted = Wait(budget, RequestLane.Live, 10);
        Pass(budget, granted, TimeSpan.FromSeconds(2));
        Assert.DoesNotContain(granted, t => t.IsCompleted);
    }

    [Fact]
    public void Acquire_LiveAndBackfillWaiting_LiveGoesFirstAndBackfillDoesNotStarve()
    {
        var budget = Of(perSecond: 40, perEndpoint: 40);
        var backfill = Wait(budget, RequestLane.Backfill, 100);
        var live = Wait(budget, RequestLane.Live, 400);
        var before = backfill.Count(t => t.IsCompleted);
        Pass(budget, [.. backfill, .. live], TimeSpan.FromSeconds(4));
        Assert.InRange(live.Count(t => t.IsCompleted), 130, 150);
        Assert.InRange(backfill.Count(t => t.IsCompleted) - before, 15, 25);
    }

    [Fact]
    public void Acquire_OneLiveAtATimeAsFastAsTokensCome_BackfillDoesNotStarve()
    {
        var budget = Of(perSecond: 40, perEndpoint: 40);
        var backfill = Wait(budget, RequestLane.Backfill, 100);
        var before = backfill.Count(t => t.IsCompleted);
        List<Task> live = [];
        for (var i = 0; i < 160; i++)
        {
            live.Add(budget.AcquireAsync(RequestLane.Live, Prices, CancellationToken.None));
            _time.Advance(TimeSpan.FromMilliseconds(25));
        }

        Settle(budget, [.. backfill, .. live]);
        Assert.InRange(backfill.Count(t => t.IsCompleted) - before, 15, 25);
    }

    [Fact]
    public void Acquire_EveryLaneWaiting_NoneStarves()
    {
        var budget = Of(perSecond: 40, perEndpoint: 40);
        var lanes = Enum.GetValues<RequestLane>().Where(lane => lane != RequestLane.Succession).Select(lane => Wait(budget, lane, 400)).ToList();
        Pass(budget, [.. lanes.SelectMany(l => l)], TimeSpan.FromSeconds(10));
        Assert.All(lanes.Skip(1), lane => Assert.InRange(lane.Count(t => t.IsCompleted), 15, 20));
        Assert.InRange(lanes[0].Count(t => t.IsCompleted), 330, 360);
    }

    [Fact]
    public void Acquire_StepsOfSuccessionsWaiting_GoFirstAndLiveDoesNotStarve()
    {
        var budget = Of(perSecond: 40, perEndpoint: 40);
        var live = Wait(budget, RequestLane.Live, 100);
        var steps = Wait(budget, RequestLane.Succession, 400);
        var before = live.Count(t => t.IsCompleted);
        Pass(budget, [.. live, .. steps], TimeSpan.FromSeconds(4));
        Assert.InRange(steps.Count(t => t.IsCompleted), 130, 150);
        Assert.InRange(live.Count(t => t.IsCompleted) - before, 15, 25);
    }

    [Fact]
    public void Acquire_LanesTurnComesWhenItsEndpointMayNotBeCalled_TurnIsKept()
    {
        var budget = Of(perSecond: 100, perEndpoint: 25);
        var live = Enumerable.Range(0, 4000).Select(i => budget.AcquireAsync(RequestLane.Live, i % 2 == 0 ? Prices : "POST /v1/products", CancellationToken.None)).ToList();
        var backfill = Wait(budget, RequestLane.Backfill, 500);
        Pass(budget, [.. live, .. backfill], TimeSpan.FromSeconds(60));
        Assert.InRange(backfill.Count(t => t.IsCompleted), 350, 400);
        Assert.InRange(live.Count(t => t.IsCompleted), 2550, 2700);
    }

    [Fact]
    public void Acquire_AsManyInFlightAsAllowed_WaitsForOneToEnd()
    {
        var budget = new RequestBudget(new BudgetOptions(1000, 1000, 0, 2), _time);
        var granted = Wait(budget, RequestLane.Live, 3);
        Assert.Equal(2, granted.Count(t => t.IsCompleted));
        budget.Done(Prices, null, null);
        Settle(budget, granted);
        Assert.Equal(3, granted.Count(t => t.IsCompleted));
    }

    [Fact]
    public async Task Acquire_Cancelled_LeavesTheQueue()
    {
        var budget = new RequestBudget(new BudgetOptions(1000, 1000, 0, 1), _time);
        await budget.AcquireAsync(RequestLane.Live, Prices, CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var waiting = budget.AcquireAsync(RequestLane.Live, Prices, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.All(budget.Waiting, n => Assert.Equal(0, n));
    }

    [Theory]
    [InlineData("global-rate")]
    [InlineData("endpoint-rate")]
    public void Done_RateLimited_HalvesTheRateAndRecovers(string reason)
    {
        var budget = Of(perSecond: 40, perEndpoint: 40);
        var granted = Wait(budget, RequestLane.Live, 2000);
        Pass(budget, granted, TimeSpan.FromSeconds(1));
        budget.Done(Prices, reason, null);
        var start = granted.Count(t => t.IsCompleted);
        Pass(budget, granted, TimeSpan.FromSeconds(1));
        var slow = granted.Count(t => t.IsCompleted) - start;
        Assert.InRange(slow, 15, 28);
        Pass(budget, granted, TimeSpan.FromSeconds(10));
        start = granted.Count(t => t.IsCompleted);
        Pass(budget, granted, TimeSpan.FromSeconds(1));
        Assert.InRange(granted.Count(t => t.IsCompleted) - start, 38, 42);
    }

    [Fact]
    public void Done_EndpointRateLimited_LeavesOthersTheirRate()
    {
        var budget = Of(perSecond: 1000, perEndpoint: 40);
        var one = budget.AcquireAsync(RequestLane.Live, Prices, CancellationToken.None);
        Assert.True(one.IsCompleted);
        budget.Done(Prices, "endpoint-rate", null);
        Assert.False(budget.AcquireAsync(RequestLane.Live, Prices, CancellationToken.None).IsCompleted);
        Assert.True(budget.AcquireAsync(RequestLane.Live, "POST /v1/products", CancellationToken.None).IsCompleted);
    }

    [Fact]
    public void Return_UnusedGrant_GoesToTheNext()
    {
        var budget = new RequestBudget(new BudgetOptions(1, 1, 0, 10), _time);
        var granted = Wait(budget, RequestLane.Live, 2);
        Assert.Equal(1, granted.Count(t => t.IsCompleted));
        budget.Return(Prices);
        Settle(budget, granted);
        Assert.Equal(2, granted.Count(t => t.IsCompleted));
    }

    private RequestBudget Of(double perSecond, double perEndpoint) => new(new BudgetOptions(perSecond, perEndpoint, 0, 10_000), _time);

    private static List<Task> Wait(RequestBudget budget, RequestLane lane, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => budget.AcquireAsync(lane, Prices, CancellationToken.None))];

    /// <summary>Time passes in small steps.</summary>
    private void Pass(RequestBudget budget, List<Task> waiting, TimeSpan time)
    {
        for (var i = 0; i < time.TotalMilliseconds / 5; i++) _time.Advance(TimeSpan.FromMilliseconds(5));
        Settle(budget, waiting);
    }

    /// <summary>Gives the grants' continuations the moment that they need.</summary>
    private static void Settle(RequestBudget budget, List<Task> waiting)
    {
        var left = budget.Waiting.Sum();
        Assert.True(SpinWait.SpinUntil(() => waiting.Count(t => !t.IsCompleted) <= left, TimeSpan.FromSeconds(10)));
    }
}
