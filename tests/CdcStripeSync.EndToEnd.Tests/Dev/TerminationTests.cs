using CdcStripeSync.DevStack.Postgres;
using CdcStripeSync.EndToEnd.Tests.Stack;

namespace CdcStripeSync.EndToEnd.Tests.Dev;

/// <summary>Signals to the real program.</summary>
public sealed class TerminationTests
{
    [Fact]
    public async Task SecondSignal_WhileTheFirstIsBeingObeyed_EndsItAtOnceAndQuietly()
    {
        var folder = Directory.CreateTempSubdirectory("cdc-stripe-signals-");
        File.SetUnixFileMode(folder.FullName, File.GetUnixFileMode(folder.FullName) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        try
        {
            await using var run = CliProcess.Start(folder.FullName, "run", "--dev", "--data", "data");
            await run.UntilAsync("it runs", () => Task.FromResult(run.Output.Contains("Ctrl-C stops", StringComparison.Ordinal)));
            await run.SignalAsync("TERM");
            await run.SignalAsync("TERM");
            var code = await run.EndAsync();
            Assert.True(code is 0 or 143, $"{code}: {run.Error}");
            Assert.DoesNotContain("Unhandled", run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        }
        finally
        {
            await DataFolder.RemoveAsync(folder.FullName);
        }
    }
}
