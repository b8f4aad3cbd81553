using System.Globalization;
using System.Text.RegularExpressions;
using CdcStripeSync.EndToEnd.Tests.Stack;

namespace CdcStripeSync.EndToEnd.Tests.Metrics;

/// <summary>While nothing is settled, the metrics say so.</summary>
[Collection(nameof(StackCollection))]
public sealed partial class StandstillTests(StackFixture postgres)
{
    [Fact]
    public async Task WritingIsPaused_RecordsThatWereReadAreLag_UntilTheyAreSettled()
    {
        await using var world = await World.StartAsync(postgres);
        await using var run = world.Run();
        await run.UntilAsync("it serves its page", () => Task.FromResult(Page().IsMatch(run.Output)));
        Assert.Equal(0, (await world.CommandAsync("pause")).Code);
        await run.UntilAsync("it is paused", () => Task.FromResult(run.Error.Contains("paused", StringComparison.Ordinal)));
        var rows = (await Snapshot.OfAsync(world.Recording, "products")).Select(r => r.Record).ToList();
        await world.ProduceAsync(rows);
        await run.UntilAsync("all of it was read, and lags", async () => await LagAsync(run) == rows.Count);
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.Equal(rows.Count, await LagAsync(run));

        Assert.Equal(0, (await world.CommandAsync("resume")).Code);
        await run.UntilAsync("nothing lags", async () => await LagAsync(run) == 0);
        Assert.Equal(0, await run.InterruptAsync());
    }

    private static async Task<long> LagAsync(CliProcess run)
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri($"{Page().Match(run.Output).Groups[1].Value}/metrics"));
        return long.Parse(Lag().Match(metrics).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("page (http://[^\\s/]+)")]
    private static partial Regex Page();

    [GeneratedRegex("^cdc_stripe_lag_records (\\d+)$", RegexOptions.Multiline)]
    private static partial Regex Lag();
}
