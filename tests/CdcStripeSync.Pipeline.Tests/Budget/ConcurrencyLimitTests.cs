using CdcStripeSync.Pipeline.Budget;

namespace CdcStripeSync.Pipeline.Tests.Budget;

public sealed class ConcurrencyLimitTests
{
    private const string Prices = "POST /v1/prices";
    private const string Search = "GET /v1/prices/search";

    [Fact]
    public void Answered_QuicklyWhileFull_GrowsBackToTheBound()
    {
        var limit = new ConcurrencyLimit(64);
        limit.Refused();

        Answer(limit, Prices, 100, 2_000, wasFull: true);

        Assert.Equal(64, limit.Now);
    }

    [Fact]
    public void Answered_QuicklyWithRoomLeft_StaysWhereItIs()
    {
        var limit = new ConcurrencyLimit(64);
        limit.Refused();
        var before = limit.Now;

        Answer(limit, Prices, 100, 2_000, wasFull: false);

        Assert.Equal(before, limit.Now);
    }

    [Fact]
    public void Answered_ThreeTimesSlowerThanUsual_Shrinks()
    {
        var limit = new ConcurrencyLimit(64);
        Answer(limit, Prices, 100, 200, wasFull: true);

        Answer(limit, Prices, 300, 30, wasFull: true);

        Assert.InRange(limit.Now, 40, 60);
    }

    [Fact]
    public void Answered_EverSlower_NeverFallsBelowFour()
    {
        var limit = new ConcurrencyLimit(64);

        for (var milliseconds = 1.0; milliseconds < 1e10; milliseconds *= 1.02) limit.Answered(Prices, TimeSpan.FromMilliseconds(milliseconds), wasFull: true);

        Assert.Equal(4, limit.Now);
    }

    [Fact]
    public void Answered_ByAnEndpointThatIsAlwaysSlow_IsNoTrouble()
    {
        var limit = new ConcurrencyLimit(64);

        for (var i = 0; i < 200; i++) Answer(limit, i % 2 == 0 ? Prices : Search, i % 2 == 0 ? 100 : 900, 1, wasFull: true);

        Assert.Equal(64, limit.Now);
    }

    [Fact]
    public void Answered_SlowForGood_GrowsAgainOnceThatIsUsual()
    {
        var limit = new ConcurrencyLimit(64);
        Answer(limit, Prices, 100, 200, wasFull: true);
        Answer(limit, Prices, 300, 150, wasFull: true);
        var low = limit.Now;

        Answer(limit, Prices, 300, 3_000, wasFull: true);

        Assert.True(limit.Now > low, $"{limit.Now} is no more than {low}");
    }

    [Fact]
    public void Refused_ManyTogether_ShrinksOnce()
    {
        var limit = new ConcurrencyLimit(64);

        for (var i = 0; i < 50; i++) limit.Refused();

        Assert.Equal(44, limit.Now);
    }

    [Fact]
    public void Limit_WithABoundOfOne_StaysAtOne()
    {
        var limit = new ConcurrencyLimit(1);

        Answer(limit, Prices, 100, 50, wasFull: true);
        limit.Refused();

        Assert.Equal(1, limit.Now);
    }

    private static void Answer(ConcurrencyLimit limit, string endpoint, double milliseconds, int times, bool wasFull)
    {
        for (var i = 0; i < times; i++) limit.Answered(endpoint, TimeSpan.FromMilliseconds(milliseconds), wasFull);
    }
}
