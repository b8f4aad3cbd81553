using CdcStripeSync.App.Commands;

namespace CdcStripeSync.App.Tests.Commands;

public sealed class CountedTests
{
    [Theory]
    [InlineData(0, "0 rows")]
    [InlineData(1, "1 row")]
    [InlineData(2000, "2000 rows")]
    public void Of_ANumber_HasItsNoun(long count, string text) => Assert.Equal(text, Counted.Of(count, "row"));
}
