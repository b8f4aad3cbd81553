using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Tests.Unchanged;

public sealed class LogPlaceTests
{
    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(-1, 1, true)]
    [InlineData(long.MaxValue, 1, true)]
    [InlineData(long.MinValue + 1, 1, true)]
    [InlineData(long.MinValue, 1, false)]
    [InlineData(9_223_372_036_854_775, 1_000, true)]
    [InlineData(9_223_372_036_854_776, 1_000, false)]
    [InlineData(-9_223_372_036_854_776, 1_000, false)]
    [InlineData(long.MaxValue, 1_000_000, false)]
    public void Time_ThatNanosecondsCanSay_IsKept(long count, long nanosEach, bool canBeSaid)
    {
        var place = default(LogPlace);
        Assert.Equal(canBeSaid, place.TrySetTime(count, nanosEach));
        if (canBeSaid) Assert.Equal(Instant.FromNanos((Int128)count * nanosEach), place.CommittedAt);
        place.SetNoTime();
        Assert.Null(place.CommittedAt);
    }
}
