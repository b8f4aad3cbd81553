using CdcStripeSync.App.Commands;
using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Tests.Commands;

public sealed class FirstStartAnswerTests
{
    private readonly InMemoryStateStore _store = new();

    [Fact]
    public async Task CreateAll_AfterAdopt_LeavesAdoptionOnForRowsThatComeLater()
    {
        Assert.Contains("approve --create-all", await FirstStartAnswer.TellAsync(_store, adopt: true, createAll: false, CancellationToken.None), StringComparison.Ordinal);
        Assert.Equal(
            "rows link the objects that the account holds for them; objects are created for all others",
            await FirstStartAnswer.TellAsync(_store, adopt: false, createAll: true, CancellationToken.None));
        Assert.Equal((true, true), await SaidAsync());
    }

    [Fact]
    public async Task CreateAll_Alone_AdoptsNothing()
    {
        await FirstStartAnswer.TellAsync(_store, adopt: false, createAll: true, CancellationToken.None);
        Assert.Equal((false, true), await SaidAsync());
    }

    [Fact]
    public async Task Answer_WhileWritingIsPaused_LeavesItPaused()
    {
        await _store.SetControlsAsync(new Controls(true, "lunch", false, "", 0), CancellationToken.None);
        await FirstStartAnswer.TellAsync(_store, adopt: true, createAll: false, CancellationToken.None);
        Assert.Equal("lunch", (await _store.ControlsAsync(CancellationToken.None)).PausedBecause);
    }

    private async Task<(bool Adopt, bool CreateAll)> SaidAsync() => await _store.ControlsAsync(CancellationToken.None) is var said ? (said.Adopt, said.CreateAll) : default;
}
