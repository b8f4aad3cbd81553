using CdcStripeSync.Simulation.Running;

namespace CdcStripeSync.Simulation.Tests;

/// <summary>The first seeds of <c>make simulate</c>: the long run is for the command, this is what every build holds.</summary>
public sealed class ShortRunTests
{
    private static readonly Core.Mapping.Mapping Mapping = SimulatedMapping.Read();

    [Theory]
    [InlineData(1, false, 1, 60)]
    [InlineData(2, true, 1, 150)]
    [InlineData(2, true, 1, 40, nameof(SimulationOptions.FarMoves))]
    [InlineData(2, true, 1, 40, nameof(SimulationOptions.Unreadables))]
    [InlineData(2, true, 1, 40, nameof(SimulationOptions.NewLogs))]
    public void Histories_FirstSeeds_EndAsTheModelSays(int instances, bool faults, int first, int many, string beside = "")
    {
        var options = new SimulationOptions
        {
            Instances = instances,
            Faults = faults,
            FarMoves = beside == nameof(SimulationOptions.FarMoves),
            Unreadables = beside == nameof(SimulationOptions.Unreadables),
            NewLogs = beside == nameof(SimulationOptions.NewLogs),
        };
        var broken = Enumerable.Range(first, many).Select(seed => SimulatedHistory.Run((ulong)seed, Mapping, options)).Where(r => r.Failure is not null)
            .Select(r => $"seed {r.Seed}: {r.Failure}");
        Assert.Empty(broken);
    }

    [Fact]
    public void Seed_RunAgain_TakesTheSameSteps()
    {
        foreach (var seed in Enumerable.Range(1, 20))
        {
            var once = SimulatedHistory.Run((ulong)seed, Mapping, new SimulationOptions());
            var again = SimulatedHistory.Run((ulong)seed, Mapping, new SimulationOptions());
            Assert.Equal((once.Steps, once.Digest), (again.Steps, again.Digest));
        }
    }

    [Fact]
    public void History_EverySeed_IsLargeEnough()
    {
        foreach (var seed in Enumerable.Range(1, 100))
        {
            var run = SimulatedHistory.Run((ulong)seed, Mapping, new SimulationOptions());
            Assert.True(run.Tally.Counts["history: changes"] >= 50, $"seed {seed}");
            Assert.True(run.Tally.Counts["history: keys"] >= 10, $"seed {seed}");
            Assert.True(run.Tally.Counts["history: troubles"] >= 3, $"seed {seed}");
            Assert.True(run.Tally.Counts["history: seconds at rest"] >= 5, $"seed {seed}");
        }
    }

    [Fact]
    public void Histories_OfTwoInstances_PassRecordsWithoutDecodingThem()
    {
        var passed = Enumerable.Range(1, 40).Sum(seed => SimulatedHistory.Run((ulong)seed, Mapping, new SimulationOptions()).Tally.Counts.GetValueOrDefault("outcome: passed without being decoded"));
        Assert.True(passed > 0);
    }
}
