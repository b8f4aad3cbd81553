using System.Collections.Immutable;
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
    public async Task Offset_LowerThanOneBefore_HighestIsKept_UntilReadingBeginsAnew()
    {
        await using var open = await postgres.NewStoreAsync();
        var (p0, p1) = (new PartitionId("t", 0), new PartitionId("t", 1));
        foreach (var next in new[] { 9L, 4L, 5L }) await open.Store.WriteAsync(new StateBatch { Offsets = [new(p0, next), new(p1, 7)] }, None);
        Assert.Equal([new StoredOffset(p0, 5) { Highest = 9 }, new StoredOffset(p1, 7)], (await open.Store.OffsetsAsync([p0, p1], None)).OrderBy(o => o.Partition.Partition));
        await open.Store.WriteAsync(new StateBatch { Offsets = [new StoredOffset(p0, 2) { BeginsAnew = true }] }, None);
        Assert.Equal([new StoredOffset(p0, 2)], await open.Store.OffsetsAsync([p0], None));
        foreach (var next in new[] { 6L, 3L }) await open.Store.WriteAsync(new StateBatch { Offsets = [new(p0, next)] }, None);
        Assert.Equal([new StoredOffset(p0, 3) { Highest = 6 }], await open.Store.OffsetsAsync([p0], None));
    }

    [Fact]
    public async Task Forgotten_StandsUntilItIsReadAgainAndNothingWaits()
    {
        await using var open = await postgres.NewStoreAsync();
        var (p0, p1) = (new PartitionId("t", 0), new PartitionId("t", 1));
        await open.Store.WriteAsync(new StateBatch { Offsets = [new(p1, 4)], Forgotten = [new(p0, 9), new(p1, 5), new(p0, 7), ForgottenRecords.All] }, None);
        await open.Store.WriteAsync(new StateBatch { Forgotten = [new(p0, 8)] }, None);
        Assert.Equal([ForgottenRecords.All, new ForgottenRecords(p0, 9), new ForgottenRecords(p1, 5)], await StandingAsync());

        await open.Store.WriteAsync(new StateBatch { Offsets = [new(p0, 9), new(p1, 5)], Park = [Sample.Parked("1")] }, None);
        Assert.Equal(3, (await StandingAsync()).Count);

        await open.Store.WriteAsync(new StateBatch { Unpark = [Sample.Price("1")] }, None);
        Assert.Equal([ForgottenRecords.All], await StandingAsync());

        await open.Store.WriteAsync(new StateBatch { Park = [Sample.Parked("2")] }, None);
        Assert.Equal([ForgottenRecords.All], await StandingAsync());

        async Task<List<ForgottenRecords>> StandingAsync() => [.. (await open.Store.ForgottenAsync(None)).OrderBy(f => f.Partition.Topic, StringComparer.Ordinal).ThenBy(f => f.Partition.Partition)];
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
    public async Task SnapshotEnd_GoesForwardsOnly()
    {
        await using var open = await postgres.NewStoreAsync();
        var (marker, readAt) = (new PartitionId("t", 1), new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var read = new SnapshotEnd(Sample.Prices, SourcePosition.OfLsn(20), new Instant(2, 5), marker, readAt);
        var asked = read with { Ends = ImmutableSortedDictionary.CreateRange<int, long>([new(0, 812), new(1, 44)]) };
        await open.Store.WriteAsync(new StateBatch { SnapshotEnds = [read] }, None);
        await open.Store.WriteAsync(new StateBatch { SnapshotEnds = [asked] }, None);
        await open.Store.WriteAsync(new StateBatch { SnapshotEnds = [read with { ReadAt = readAt.AddMinutes(1) }] }, None);
        var stands = Assert.Single(await open.Store.SnapshotEndsAsync(None));
        Assert.Equal(asked.Ends, stands.Ends);
        Assert.Equal(read, stands with { Ends = null });

        await open.Store.WriteAsync(new StateBatch { SnapshotEnds = [asked with { IsSwept = true }] }, None);
        await open.Store.WriteAsync(new StateBatch { SnapshotEnds = [asked, read with { At = new Instant(1, 0), Position = SourcePosition.OfLsn(90) }] }, None);
        Assert.True(Assert.Single(await open.Store.SnapshotEndsAsync(None)).IsSwept);

        await open.Store.WriteAsync(new StateBatch { SnapshotEnds = [read with { At = new Instant(3, 0), Position = SourcePosition.OfLsn(7), Ends = ImmutableSortedDictionary<int, long>.Empty }] }, None);
        stands = Assert.Single(await open.Store.SnapshotEndsAsync(None));
        Assert.Equal((SourcePosition.OfLsn(7), false, 0), (stands.Position, stands.IsSwept, stands.Ends!.Count));
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
