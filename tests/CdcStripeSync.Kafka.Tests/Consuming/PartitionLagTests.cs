using CdcStripeSync.Kafka.Consuming;

namespace CdcStripeSync.Kafka.Tests.Consuming;

public sealed class PartitionLagTests
{
    [Theory]
    [InlineData(null, -1001, 0, -1001, 0)] // nothing is known
    [InlineData(5L, -1001, 0, 12, 7)] // nothing was read since the partition came
    [InlineData(2L, 12, 12, 12, 10)] // all was read, ten of it are under way
    [InlineData(12L, 12, 12, 13, 1)] // one more has come
    [InlineData(12L, 12, 13, 13, 0)] // that one is a transaction's mark
    [InlineData(13L, -1001, 14, 14, 0)] // and so it was before the partition came
    [InlineData(null, 12, 0, 20, 8)] // nobody has told what is settled
    public void Lag_IsWhatIsNotSettled(long? settled, long read, long reached, long end, long lag) =>
        Assert.Equal(lag, PartitionLag.Of(settled, read, reached, end));
}
