using CdcStripeSync.CrashTest.Faults;

namespace CdcStripeSync.EndToEnd.Tests.Crashes;

/// <summary>Which ends of an instance a crash run excuses.</summary>
public sealed class EndingTests
{
    private const string Away = "cdc-stripe: the state store cannot be reached: Connection refused";
    private const string Stopped = "System.InvalidOperationException: delivery stopped: 40001: could not serialize access";

    [Theory]
    [InlineData(1, false, true, Away, true)]
    [InlineData(1, false, false, Away, false)] // nothing was away
    [InlineData(1, true, true, Away, false)] // it had worked already
    [InlineData(1, false, true, Stopped, false)]
    [InlineData(134, false, true, "Aborted", false)]
    [InlineData(0, false, true, "", false)] // nobody told it to
    public void EndByItself_OnlyWhileItStarts_AndWithoutWhatItNeeds_IsExplained(int code, bool hadDelivered, bool wasOutage, string said, bool isExplained) =>
        Assert.Equal(isExplained, new Ending("instance 1", code, WasTold: false, hadDelivered, wasOutage, [said]).IsExplained);

    [Theory]
    [InlineData(0, false, "", true)]
    [InlineData(143, false, "", true)]
    [InlineData(1, false, Away, false)]
    [InlineData(1, true, Away, true)]
    [InlineData(1, true, Stopped, false)]
    [InlineData(139, true, "", false)]
    public void EndWhenTold_WithoutAnError_OrWithoutWhatItNeeds_IsExplained(int code, bool wasOutage, string said, bool isExplained) =>
        Assert.Equal(isExplained, new Ending("instance 1", code, WasTold: true, HadDelivered: true, wasOutage, [said]).IsExplained);
}
