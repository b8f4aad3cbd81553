using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ordering;

namespace CdcStripeSync.Pipeline.Tests.Ordering;

/// <summary>Which rows a complete snapshot lacked: read at place 100, at second 50.</summary>
public sealed class SnapshotContentsTests
{
    private static readonly StreamPosition Snapshot = At(100, 50);

    [Fact]
    public void Row_LastSeenBefore_IsLacked() => Assert.True(SnapshotContents.Lacks(Row(streamed: At(40, 40), snapshot: At(10, 10)), Snapshot));

    [Fact]
    public void Row_OfTheSnapshot_IsNot()
    {
        Assert.False(SnapshotContents.Lacks(Row(streamed: At(40, 40), snapshot: At(100, 50)), Snapshot));
        Assert.False(SnapshotContents.Lacks(Row(snapshot: At(100, 49)), Snapshot)); // each row may have a time of its own, in old versions of Debezium
    }

    [Fact]
    public void Row_ChangedOrReadAfterIt_IsNot()
    {
        Assert.False(SnapshotContents.Lacks(Row(streamed: At(101, 51)), Snapshot));
        Assert.False(SnapshotContents.Lacks(Row(streamed: At(40, 40), snapshot: At(120, 60)), Snapshot));
    }

    [Fact]
    public void Row_OfATransactionOpenOverIt_LowerPlaceAndCommittedLater_IsNot() => Assert.False(SnapshotContents.Lacks(Row(streamed: At(90, 51)), Snapshot));

    [Fact]
    public void Row_AtAHigherPlaceAndEarlier_IsLacked_OnlyWhereTheSnapshotOpenedAnEpoch()
    {
        Assert.False(SnapshotContents.Lacks(Row(snapshot: At(500, 10)), Snapshot)); // a clock that was set back
        Assert.True(SnapshotContents.Lacks(Row(snapshot: At(500, 10)), Snapshot with { Epoch = 1 }));
        Assert.False(SnapshotContents.Lacks(Row(snapshot: At(500, 50)), Snapshot with { Epoch = 1 }));
        Assert.False(SnapshotContents.Lacks(Row(streamed: At(500, 10) with { Epoch = 1 }), Snapshot with { Epoch = 1 }));
    }

    [Fact]
    public void Row_WhoseEpochBeganWithALaterSnapshotsRow_IsNot() => Assert.False(SnapshotContents.Lacks(
        Row(streamed: new StreamPosition(1, default, new Instant(60, 0)), snapshot: At(7, 70) with { Epoch = 1 }), Snapshot with { Epoch = 1 }));

    [Fact]
    public void Row_ThatIsGoneOrWithoutComparablePosition_IsNot()
    {
        Assert.False(SnapshotContents.Lacks(Row(streamed: At(40, 40)) with { RowExists = false }, Snapshot));
        Assert.False(SnapshotContents.Lacks(Row(), Snapshot));
        Assert.False(SnapshotContents.Lacks(Row(streamed: At(40, null)), Snapshot));
        Assert.False(SnapshotContents.Lacks(Row(streamed: new StreamPosition(0, new SourcePosition(PositionKind.Offset, 0, 4, 0), new Instant(40, 0))), Snapshot));
        var offsets = new StreamPosition(0, new SourcePosition(PositionKind.Offset, 0, 9, 0), new Instant(50, 0));
        Assert.False(SnapshotContents.Lacks(Row(streamed: new StreamPosition(0, new SourcePosition(PositionKind.Offset, 0, 4, 0), new Instant(40, 0))), offsets));
    }

    [Fact]
    public void Row_OfABinlog_IsComparedWithASnapshotThatDoesNotNameItsServer()
    {
        var snapshot = new StreamPosition(0, Binlog(1, 4_878, ":binlog"), new Instant(50, 0));
        Assert.True(SnapshotContents.Lacks(Row(streamed: new StreamPosition(0, Binlog(1, 4_000, "42:binlog"), new Instant(50, 0))), snapshot));
        Assert.False(SnapshotContents.Lacks(Row(streamed: new StreamPosition(0, Binlog(1, 5_114, "42:binlog"), new Instant(49, 0))), snapshot)); // its time is its statement's begin
        Assert.False(SnapshotContents.Lacks(Row(streamed: new StreamPosition(0, Binlog(1, 4_000, "42:other"), new Instant(40, 0))), snapshot));
    }

    [Fact]
    public void Epoch_IsTheNewestOfTheRowsOfTheSnapshot()
    {
        Assert.Equal(2, SnapshotContents.With(Snapshot, Row(snapshot: At(100, 50) with { Epoch = 2 })).Epoch);
        Assert.Equal(0, SnapshotContents.With(Snapshot, Row(snapshot: At(99, 50) with { Epoch = 2 })).Epoch);
    }

    /// <summary>Each key counts its own epochs: one that was born under the second log has had one when another has had two.</summary>
    [Fact]
    public void Row_OfALogThatHadEndedByWhatAnotherRowTells_IsLacked()
    {
        var born = Row(streamed: At(1_000, 48) with { Epoch = 1 });
        Assert.False(SnapshotContents.Lacks(born, SnapshotContents.With(Snapshot, Row(snapshot: At(100, 50) with { Epoch = 1 }))));

        var told = SnapshotContents.With(Snapshot, Row(streamed: At(120, 55) with { Epoch = 1, Since = new Instant(49, 0) }, snapshot: At(100, 50) with { Epoch = 1 }));
        Assert.True(SnapshotContents.Lacks(born, told));
        Assert.False(SnapshotContents.Lacks(Row(streamed: At(1_000, 49) with { Epoch = 1 }), told)); // as new as what tells
        Assert.False(SnapshotContents.Lacks(born, SnapshotContents.With(Snapshot, Row(streamed: At(9, 80) with { Epoch = 2, Since = new Instant(60, 0) }, snapshot: At(100, 50)))));
    }

    private static SourcePosition Binlog(ulong file, ulong place, string server) => new(PositionKind.Binlog, file, place, 0, server);

    private static StreamPosition At(ulong lsn, long? seconds) => new(0, SourcePosition.OfLsn(lsn), seconds is { } s ? new Instant(s, 0) : null);

    private static EntityState Row(StreamPosition? streamed = null, StreamPosition? snapshot = null) =>
        new() { Key = new EntityKey("product", new TableId("public", "products"), "1"), RowExists = true, Streamed = streamed, Snapshot = snapshot };
}
