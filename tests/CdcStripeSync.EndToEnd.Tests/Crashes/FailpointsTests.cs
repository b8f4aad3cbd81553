using CdcStripeSync.CrashTest.Processes;
using CdcStripeSync.CrashTest.Running;

namespace CdcStripeSync.EndToEnd.Tests.Crashes;

public sealed class FailpointsTests
{
    [Fact]
    public void Failpoint_MetByWhatADeadInstanceHadSent_IsNotCounted_AndStrikesItsNextLife()
    {
        var (log, lives) = (new RunLog(), false);
        var failpoints = new Failpoints(log, "instance 1", () => lives);
        failpoints.Arm("before intent", 1);
        Assert.False(failpoints.Dies("before", "intent"));
        Assert.Empty(log.Counts);
        lives = true;
        Assert.True(failpoints.Dies("before", "intent"));
        Assert.Equal(1, log.Counts["kill -9 before intent"]);
        Assert.False(failpoints.Dies("before", "intent"));
    }
}
