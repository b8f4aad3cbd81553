using CdcStripeSync.App.Web;

namespace CdcStripeSync.App.Tests.Web;

public sealed class LastKnownTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Read_ByManyWhileItIsFresh_IsTakenOnce()
    {
        var taken = 0;
        using var known = new LastKnown<string>(_ => Task.FromResult($"{++taken}"), Long, Long, TimeProvider.System);
        var read = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => known.ReadAsync(CancellationToken.None)));
        Assert.All(read, r => Assert.Equal("1", r));
    }

    [Fact]
    public async Task Read_ThatFails_LeavesTheLastAndIsNotTriedAgainAtOnce()
    {
        var taken = 0;
        using var known = new LastKnown<string>(_ => taken++ == 0 ? Task.FromResult("first") : throw new IOException("away"), TimeSpan.Zero, Long, TimeProvider.System);
        Assert.Equal(("first", null), (await known.ReadAsync(CancellationToken.None), known.Fault));
        Assert.Equal(("first", "IOException away"), (await known.ReadAsync(CancellationToken.None), known.Fault));

        using var failing = new LastKnown<string>(_ => throw new IOException($"{++taken}"), Long, Long, TimeProvider.System);
        Assert.Null(await failing.ReadAsync(CancellationToken.None));
        var fault = failing.Fault;
        await failing.ReadAsync(CancellationToken.None);
        Assert.Equal(fault, failing.Fault);
    }

    [Fact]
    public async Task Read_ThatHangs_IsGivenUp()
    {
        using var known = new LastKnown<string>(
            async token =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return "";
            },
            TimeSpan.Zero, TimeSpan.FromMilliseconds(20), TimeProvider.System);
        Assert.Null(await known.ReadAsync(CancellationToken.None));
        Assert.StartsWith("no answer within", known.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_WhoseCallerLeaves_IsNoFault()
    {
        using var known = new LastKnown<string>(_ => throw new OperationCanceledException(), TimeSpan.Zero, Long, TimeProvider.System);
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => known.ReadAsync(gone.Token));
        Assert.Null(known.Fault);
    }
}
