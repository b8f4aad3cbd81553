using CdcStripeSync.CrashTest.Running;

namespace CdcStripeSync.EndToEnd.Tests.Crashes;

/// <summary>The summary of many crash runs: what held, what failed, and what was not decided.</summary>
public sealed class CampaignReportTests
{
    private readonly CampaignTally _tally = new(asked: 3);

    [Fact]
    public void MockClusterEndedASeed_WhichHeldWhenRunAgain_HasHeld_AndSaysSo()
    {
        _tally.MockClusterEnded(2);
        for (ulong seed = 1; seed <= 3; seed++) _tally.Add(Held(seed));
        Assert.True(Report.HasHeld);
        Assert.Contains("the mock cluster ended itself 1 times, and these seeds were run again: 2", Report.Lines());
        Assert.StartsWith("3 runs, 3 ok, 0 failed; 30 records", Report.Lines().Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void MockClusterEndedASeedEachTime_IsNeitherHeldNorFailed()
    {
        _tally.MockClusterEnded(2);
        _tally.MockClusterEnded(2);
        _tally.Add(Held(1));
        _tally.Add(Held(3));
        Assert.False(Report.HasHeld);
        Assert.Contains("not decided, since it did so each time: 2", Report.Lines());
        Assert.StartsWith("2 runs, 2 ok, 0 failed;", Report.Lines().Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void TimeIsUp_SaysHowManyOfHowMany()
    {
        _tally.Add(Held(1));
        Assert.True(Report.HasHeld);
        Assert.Contains(Report.Lines(), line => line.StartsWith("1 of 3 runs were begun", StringComparison.Ordinal));
    }

    [Fact]
    public void ProcessDied_IsAFailedRun()
    {
        _tally.Add(RunResult.OfDeadProcess(2, "exit code 139: it said nothing", []));
        Assert.False(Report.HasHeld);
        Assert.Contains("failed: the test's process died: 1 runs, seeds 2", Report.Lines());
    }

    private CampaignReport Report => new(_tally, TimeSpan.FromMinutes(1));

    private static RunResult Held(ulong seed) => new(seed, null, null, new Dictionary<string, int> { ["kill -9"] = 1 }, new Dictionary<string, int>(), [], TimeSpan.Zero, 10, 5, TimeSpan.FromSeconds(seed));
}
