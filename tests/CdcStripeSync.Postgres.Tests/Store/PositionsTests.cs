using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Postgres.Tests.Store;

[Collection(nameof(PostgresServerCollection))]
public sealed class PositionsTests(PostgresFixture postgres)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task OffsetsAndTablePositions_AreReplaced()
    {
        await using var open = await postgres.NewStoreAsync();
        var p0 = new PartitionId("t", 0);
        var p1 = new PartitionId("t", 1);
        await open.Store.WriteAsync(new StateBatch { Offsets = [new(p0, 5, "x"), new(p1, 1)], TablePositions = [new(Sample.Prices, 1, Sample.At(4))] }, None);
        await open.Store.WriteAsync(new StateBatch { Offsets = [new(p0, 9)], TablePositions = [new(Sample.Prices, 2, null)] }, None);

        Assert.Equal([new StoredOffset(p0, 9)], await open.Store.OffsetsAsync([p0, new PartitionId("u", 0)], None));
        Assert.Equal([new TablePosition(Sample.Prices, 2, null)], await open.Store.TablePositionsAsync(None));
    }

    [Fact]
    public async Task TablePosition_OfAnOlderTruncate_DoesNotReplaceANewerOne()
    {
        await using var open = await postgres.NewStoreAsync();
        TablePosition At(ulong lsn, long seconds) => new(Sample.Prices, 0, new StreamPosition(0, SourcePosition.OfLsn(lsn), new Instant(seconds, 0)));
        await open.Store.WriteAsync(new StateBatch { TablePositions = [At(20, 2)] }, None);
        await open.Store.WriteAsync(new StateBatch { TablePositions = [At(10, 1)] }, None);
        Assert.Equal([At(20, 2)], await open.Store.TablePositionsAsync(None));
        await open.Store.WriteAsync(new StateBatch { TablePositions = [At(30, 3)] }, None);
        Assert.Equal([At(30, 3)], await open.Store.TablePositionsAsync(None));
    }

    [Fact]
    public async Task Position_WhereAnEpochBegan_IsKeptWithIt()
    {
        await using var open = await postgres.NewStoreAsync();
        var at = new StreamPosition(1, SourcePosition.OfLsn(20), new Instant(30, 5)) { Since = new Instant(-7, 42) };
        await open.Store.WriteAsync(new StateBatch { Entities = [Sample.Small("1") with { Streamed = at }], TablePositions = [new(Sample.Prices, 0, at with { Position = default })] }, None);
        Assert.Equal(at, Assert.Single(await open.Store.LoadAsync([Sample.Price("1")], None)).Value.Streamed);
        Assert.Equal(at with { Position = default }, Assert.Single(await open.Store.TablePositionsAsync(None)).TruncatedAt);
    }
}
