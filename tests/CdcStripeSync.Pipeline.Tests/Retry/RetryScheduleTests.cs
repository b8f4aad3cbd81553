using CdcStripeSync.Pipeline.Retry;

namespace CdcStripeSync.Pipeline.Tests.Retry;

public sealed class RetryScheduleTests
{
    [Theory]
    [InlineData(1, 0, 125)]
    [InlineData(1, 1, 250)]
    [InlineData(2, 1, 500)]
    [InlineData(3, 0.5, 750)]
    [InlineData(8, 1, 30_000)]
    [InlineData(1_000_000, 1, 30_000)]
    public void Delay_OfAnAttempt_DoublesUpToItsCapWithJitter(int attempt, double random, double milliseconds) =>
        Assert.Equal(milliseconds, RetrySchedule.Delay(attempt, random).TotalMilliseconds);
}
