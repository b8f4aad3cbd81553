using CdcStripeSync.Kafka.Consuming;

namespace CdcStripeSync.Kafka.Tests.Consuming;

public sealed class EndSearchTests
{
    [Fact]
    public void Search_NewestRecordsStandAtTheEnds_OneOfEachPartitionIsRead()
    {
        var search = new EndSearch(Enumerable.Range(0, 12).ToDictionary(p => p, _ => (0L, 5_000L)));
        Assert.Equal(12, Read(search, (_, _) => true));
        Assert.All(search.Ends, e => Assert.Equal(5_000, e.Value));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(99, 1)]
    public void Search_MarksOfTransactionsStandBehindTheNewestRecord_ItIsFound(int marks, int records)
    {
        var search = new EndSearch(new Dictionary<int, (long, long)> { [0] = (4_000, 5_000), [1] = (0, 5_000) });
        Assert.Equal(records + 1, Read(search, (partition, offset) => partition == 1 || offset < 5_000 - marks));
        Assert.Equal([5_000L - marks, 5_000], search.Ends.OrderBy(e => e.Key).Select(e => e.Value));
    }

    [Fact]
    public void Search_MarksAlone_EndIsTheWatermark_AndNothingIsReadTwice()
    {
        var search = new EndSearch(new Dictionary<int, (long, long)> { [0] = (4_995, 5_000), [1] = (0, 5_000) });
        Assert.Equal(0, Read(search, (_, _) => false));
        Assert.Equal([5_000L, 5_000], search.Ends.Values);
        Assert.Empty(new EndSearch(new Dictionary<int, (long, long)>()).Begin());
    }

    /// <returns>How many records were read.</returns>
    private static int Read(EndSearch search, Func<int, long, bool> isRecord)
    {
        var read = 0;
        while (search.Begin() is { Count: > 0 } starts)
        {
            foreach (var (partition, start) in starts)
            {
                for (var offset = start; offset < 5_000; offset++)
                {
                    if (!isRecord(partition, offset)) continue;
                    search.Found(partition, offset);
                    read++;
                }

                search.AtEnd(partition);
            }

            Assert.False(search.IsReading);
        }

        return read;
    }
}
