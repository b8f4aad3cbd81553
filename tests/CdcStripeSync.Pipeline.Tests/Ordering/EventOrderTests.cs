using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ordering;

namespace CdcStripeSync.Pipeline.Tests.Ordering;

/// <summary>Changes that have no position of their source: Kafka's own place and time tell which is the newer.</summary>
public sealed class EventOrderTests
{
    private static readonly EntityKey Product = new("product", new TableId("public", "products"), "7");
    private static readonly EntityState Known = Streamed(new RecordOrigin("a", 0, 5_000), 100_000);

    [Theory]
    [InlineData("a", 5_000, 100_000, Verdict.Stale)] // Kafka hands it over once more
    [InlineData("a", 4_999, 99_000, Verdict.Stale)]
    [InlineData("a", 4_999, 101_000, Verdict.Stale)] // another writer's clock is a second ahead
    [InlineData("a", 3, 100_000, Verdict.Stale)]
    [InlineData("a", 3, 200_000, Verdict.NewEpoch)]
    [InlineData("a", 5_001, 99_000, Verdict.Apply)]
    [InlineData("b", 3, 100_001, Verdict.Apply)]
    [InlineData("b", 3, 100_000, Verdict.Apply)]
    [InlineData("b", 9_000, 99_000, Verdict.Stale)]
    public void Change_KafkaTellsItsPlaceAndTime_CountsWhereItIsNewer(string topic, long offset, long millis, Verdict verdict) =>
        Assert.Equal(verdict, EventOrder.Judge(Known, Of(new RecordOrigin(topic, 0, offset), millis), null));

    [Theory]
    [InlineData("a", 3, 200_000, Verdict.NewEpoch)]
    [InlineData("b", 3, 200_000, Verdict.Apply)]
    [InlineData("b", 9_000, 99_000, Verdict.Stale)]
    public void RowOfASnapshot_KafkaTellsItsPlaceAndTime_CountsWhereItIsNewer(string topic, long offset, long millis, Verdict verdict) =>
        Assert.Equal(verdict, EventOrder.Judge(Known, Of(new RecordOrigin(topic, 0, offset), millis) with { Op = ChangeOp.Read, Snapshot = SnapshotKind.Complete }, null));

    [Theory]
    [InlineData(5_000, 50_000, true)]
    [InlineData(6_000, 50_000, true)] // of the topic as it was before it was made anew
    [InlineData(6_000, 99_000, false)]
    public void Record_TriedAgain_IsOvertakenWhereANewerOneIsKnown(long offset, long millis, bool isOvertaken) =>
        Assert.Equal(isOvertaken, EventOrder.IsOvertaken(Known, Of(new RecordOrigin("a", 0, offset), millis), null));

    [Fact]
    public void Change_OfAnotherTopicWithoutATime_Counts() =>
        Assert.Equal(Verdict.Apply, EventOrder.Judge(Known, Of(new RecordOrigin("b", 0, 3), null), null));

    [Fact]
    public void Change_BelowAnOffsetThatWasStoredWithoutItsTopic_IsStale()
    {
        var stored = Known with { Streamed = new StreamPosition(0, SourcePosition.Parse("offset:0/5000"), null) };
        Assert.Equal(Verdict.Stale, EventOrder.Judge(stored, Of(new RecordOrigin("a", 0, 3), 200_000), null));
        Assert.Equal(Verdict.Apply, EventOrder.Judge(stored, Of(new RecordOrigin("a", 0, 5_001), 200_000), null));
    }

    private static EntityState Streamed(RecordOrigin origin, long millis) =>
        new() { Key = Product, RowExists = true, Streamed = new StreamPosition(0, SourcePosition.Of(origin), Instant.FromMillis(millis)) };

    private static ChangeEvent Of(RecordOrigin origin, long? millis) => new()
    {
        Origin = origin,
        Table = Product.Table,
        Op = ChangeOp.Update,
        Snapshot = SnapshotKind.Streamed,
        Position = SourcePosition.Of(origin),
        CommittedAt = millis is { } at ? Instant.FromMillis(at) : null,
    };
}
