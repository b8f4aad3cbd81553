using CdcStripeSync.CrashTest.Processes;
using CdcStripeSync.CrashTest.Running;

namespace CdcStripeSync.EndToEnd.Tests.Crashes;

/// <summary>The short form of <c>make crash-test</c>.</summary>
public sealed class CrashRunTests
{
    private static readonly CrashTestOptions Options = new(Path.Combine(AppContext.BaseDirectory, "cdc-stripe.dll"));

    [Fact]
    public async Task RealProcesses_KilledAndCutOffWhileAHistoryIsFed_EndWhereTheRowsSay()
    {
        await using var state = await StateServer.StartAsync(CancellationToken.None);
        foreach (var seed in new ulong[] { 1, 2 })
        {
            var result = await CrashRun.OfAsync(seed, state, Options, CancellationToken.None);
            Assert.True(result.Broken is null, $"seed {seed}: {result.Broken}\n{string.Join('\n', result.Lines)}");
        }
    }
}
