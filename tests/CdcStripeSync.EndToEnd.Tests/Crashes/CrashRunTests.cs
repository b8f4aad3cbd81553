using CdcStripeSync.CrashTest.Running;
using CdcStripeSync.CrashTest.Workers;

namespace CdcStripeSync.EndToEnd.Tests.Crashes;

/// <summary>The short form of <c>make crash-test</c>.</summary>
public sealed class CrashRunTests
{
    private static readonly CrashTestOptions Options = new(Path.Combine(AppContext.BaseDirectory, "cdc-stripe.dll"));

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    public async Task RealProcesses_KilledAndCutOffWhileAHistoryIsFed_EndWhereTheRowsSay(ulong seed)
    {
        var result = await Campaign.RunAsync(seed, Options, CancellationToken.None);
        Assert.True(result.Broken is null, $"seed {seed}: {result.Broken}\n{string.Join('\n', result.Lines)}");
    }
}
