using CdcStripeSync.App.Commands;

namespace CdcStripeSync.App.Tests.Commands;

public sealed class AgeTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("1.5m", 90)]
    [InlineData("2h", 7200)]
    [InlineData("1d", 86400)]
    public void Parse_Age_IsItsSeconds(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Age.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("h")]
    [InlineData("-1h")]
    [InlineData("1y")]
    public void Parse_AnythingElse_IsRefused(string text) => Assert.Throws<UserErrorException>(() => Age.Parse(text));
}
