using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Replay;
using CdcStripeSync.Debezium.Recordings;

namespace CdcStripeSync.EndToEnd.Tests.Recordings;

/// <summary>Records that change nothing are passed undecoded: the catalogue is the same as when every record is decoded.</summary>
public sealed class UnchangedReplayTests
{
    [Theory]
    [InlineData("shop-default-identity", false)]
    [InlineData("shop-full-identity", false)]
    [InlineData("shop-one-topic", false)]
    [InlineData("shop-incremental-snapshot", false)]
    [InlineData("shop-resnapshot", false)]
    [InlineData("shop-new-server", false)]
    [InlineData("shop-worker-killed", false)]
    [InlineData("maria-default", true)]
    [InlineData("maria-decimal-string", true)]
    public async Task Catalogue_WithAndWithoutTheQuickLook_IsTheSame(string recording, bool maria)
    {
        var mapping = maria ? Replayed.MariaMapping : Replayed.ShopMapping;
        var quick = await RunAsync(recording, mapping, decodeAll: false);
        var full = await RunAsync(recording, mapping, decodeAll: true);
        Assert.Equal(full.Catalogue(), quick.Catalogue());
        Assert.Equal(full.Result.DeadLetters.Select(d => d.Error), quick.Result.DeadLetters.Select(d => d.Error));
        Assert.Equal(full.Result.Parked.Select(p => p.Message), quick.Result.Parked.Select(p => p.Message));
        Assert.Equal(0, full.Result.Counts["changes_unchanged"]);
        Assert.Equal(full.Result.Counts["changes"], quick.Result.Counts["changes"]);
    }

    [Fact]
    public async Task UnderLoad_ChangesOfColumnsThatNeverLeave_ArePassed() =>
        Assert.True((await RunAsync("shop-worker-killed", Replayed.ShopMapping, decodeAll: false)).Result.Counts["changes_unchanged"] > 0);

    private static async Task<Replayed> RunAsync(string recording, string mapping, bool decodeAll) =>
        new(await new ReplayRun(Recording.Open(Replayed.Folder(recording)), MappingLoader.Load(mapping), inProcess: true, decodeAll: decodeAll).RunAsync(CancellationToken.None));
}
