using System.Text;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Unchanged;

namespace CdcStripeSync.Pipeline.Tests.Unchanged;

public sealed class PartitionRowsTests
{
    private static readonly TableId Products = new("public", "products");

    [Fact]
    public void Pass_AfterManyRowsCameAndWent_KnowsExactlyThoseThatStay()
    {
        var rows = new SettledRows(new NewerEachTime(), 7);
        var home = rows.NewPartition(new PartitionId("shop.public.products", 0));
        var random = new Random(1);
        var kept = new HashSet<int>();
        for (var step = 0; step < 20_000; step++)
        {
            var id = random.Next(600);
            if (random.Next(2) == 0)
            {
                rows.Keep(new SettledRow(State(id), new RowImage(Image(id), home), rows.Links));
                kept.Add(id);
            }
            else
            {
                Assert.Equal(kept.Remove(id), rows.Forget(State(id).Key) is not null);
            }

            if (step % 500 != 499) continue;
            for (var each = 0; each < 600; each++) Assert.Equal(kept.Contains(each), Look(home, Record(each)) is not [Passing.No]);
        }
    }

    [Fact]
    public void Pass_OfARowWhoseLinksChangedSince_IsNo()
    {
        var rows = new SettledRows(new NewerEachTime(), 7);
        var home = rows.NewPartition(new PartitionId("shop.public.products", 0));
        rows.Keep(new SettledRow(State(1), new RowImage(Image(1), home), rows.Links));
        Assert.Equal([Passing.First], Look(home, Record(1)));
        Assert.Equal([Passing.Counted], Look(home, Record(1)));

        rows.LinksChanged();

        Assert.Equal([Passing.No], Look(home, Record(1)));
    }

    [Fact]
    public void Pass_OfRecordsOfAnyKind_LooksAtEachInTurn()
    {
        var rows = new SettledRows(new NewerEachTime(), 7);
        var home = rows.NewPartition(new PartitionId("shop.public.products", 0));
        rows.Keep(new SettledRow(State(1), new RowImage(Image(1), home), rows.Links));
        var odd = new[] { Record(1) with { Key = null, Value = null }, Record(1) with { Key = Array.Empty<byte>(), Value = new byte[100_000] }, Record(1), Record(2), Record(1) };

        Assert.Equal([Passing.No, Passing.No, Passing.First, Passing.No, Passing.Counted], Look(home, odd));
        Assert.Empty(Look(home));
    }

    [Fact]
    public void Pass_BehindARecordThatMayChangeSomething_WaitsUntilThatIsOnItsWay()
    {
        var rows = new SettledRows(new NewerEachTime(), 7);
        var home = rows.NewPartition(new PartitionId("shop.public.products", 0));
        rows.Keep(new SettledRow(State(1), new RowImage(Image(1), home), rows.Links));
        var group = Group(Record(2), Record(1));
        home.Expect(group);

        Assert.Equal(0, home.Pass(group, 0));
        rows.Forget(State(1).Key);

        Assert.Equal(1, home.Pass(group, 1));
        Assert.Empty(rows.TakePassed());
    }

    [Fact]
    public void Pass_OfBinlogPositions_IsJudgedByServerFileAndPosition()
    {
        var images = new Scripted();
        var rows = new SettledRows(images, 7);
        var home = rows.NewPartition(new PartitionId("shop.public.products", 0));
        var at = new StreamPosition(0, Binlog(3, 100, 2, "1:bin"), null);
        rows.Keep(new SettledRow(State(1) with { Streamed = at }, new RowImage(Image(1), home), rows.Links));

        Assert.Equal(Passing.No, Say(SnapshotKind.Streamed, Binlog(3, 100, 2, "1:bin")));
        Assert.Equal(Passing.No, Say(SnapshotKind.Streamed, Binlog(4, 0, 0, "2:bin")));
        Assert.Equal(Passing.No, Say(SnapshotKind.Incremental, Binlog(3, 100, 1, "1:bin")));
        Assert.Equal(Passing.No, Say(SnapshotKind.Streamed, SourcePosition.OfLsn(9_000)));
        Assert.Equal(Passing.No, Say(SnapshotKind.Streamed, default));
        Assert.Equal(Passing.First, Say(SnapshotKind.Streamed, Binlog(3, 100, 3, "1:bin")));
        Assert.Equal(Passing.Counted, Say(SnapshotKind.Incremental, Binlog(3, 100, 3, "1:bin")));
        Assert.Equal(Passing.Counted, Say(SnapshotKind.Streamed, Binlog(4, 0, 0, "1:bin")));
        Assert.Equal(Passing.No, Say(SnapshotKind.Streamed, Binlog(3, 999, 0, "1:bin")));

        var passed = Assert.Single(rows.TakePassed()).Forget();
        Assert.Equal([Binlog(4, 0, 0, "1:bin"), Binlog(3, 100, 3, "1:bin")], passed.Select(p => p.Position));
        Assert.Equal([ChangeOp.Update, ChangeOp.Read], passed.Select(p => p.Op));
        Assert.All(passed, p => Assert.Equal((new RecordOrigin("shop.public.products", 0, 1), new Instant(-1, 999_999_999)), (p.Origin, p.CommittedAt)));
        Assert.Equal(Passing.No, Say(SnapshotKind.Streamed, Binlog(5, 0, 0, "1:bin")));

        Passing Say(SnapshotKind snapshot, SourcePosition position)
        {
            images.Next = stamp => stamp.Set(snapshot, position, new Instant(-1, 999_999_999));
            return Assert.Single(Look(home, Record(1)));
        }
    }

    /// <summary>A complete snapshot that opens an epoch leaves a row without a streamed position.</summary>
    [Fact]
    public void Pass_OfARowWithoutAStreamedPosition_HasOneThatOthersCompareWith()
    {
        var rows = new SettledRows(new NewerEachTime(), 7);
        var home = rows.NewPartition(new PartitionId("shop.public.products", 0));
        rows.Keep(new SettledRow(State(1) with { Streamed = new StreamPosition(1, default, null) }, new RowImage(Image(1), home), rows.Links));
        Assert.Equal([Passing.First], Look(home, Record(1)));
        Assert.Equal(-1, Assert.Single(Assert.Single(rows.TakePassed()).Forget()).Position.CompareTo(SourcePosition.OfLsn(2)));
    }

    [Fact]
    public async Task Expect_WhileRowsComeAndGo_TakesThemAsTheyAre()
    {
        const int Rows = 200, Steps = 1_000;
        var rows = new SettledRows(new NewerEachTime(), 7);
        var home = rows.NewPartition(new PartitionId("shop.public.products", 0));
        var group = Group([.. Enumerable.Range(0, RecordGroup.Size).Select(Record)]);
        var kept = new HashSet<int>();
        var random = new Random(1);
        var looked = 0L;
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var ended = new CancellationTokenSource();
        var looks = Task.Factory.StartNew(
            () =>
            {
                for (; !ended.IsCancellationRequested; Interlocked.Increment(ref looked))
                {
                    Volatile.Read(ref home).Expect(group);
                    began.TrySetResult();
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAny(began.Task, looks).WaitAsync(TimeSpan.FromSeconds(30));
        for (var step = 0; (step < 200 * Steps || Interlocked.Read(ref looked) < 10_000) && !looks.IsCompleted; step++)
        {
            if (step % Steps == 0) Begin(); // a table that is small again grows again
            var id = random.Next(Rows);
            if (kept.Remove(id)) rows.Forget(State(id).Key);
            else if (kept.Add(id)) rows.Keep(new SettledRow(State(id), new RowImage(Image(id), home), rows.Links));
        }

        await ended.CancelAsync();
        await looks;
        Assert.InRange(kept.Count, 1, Rows - 1);
        for (var id = 0; id < Rows; id++) Assert.Equal(kept.Contains(id), Look(home, Record(id)) is not [Passing.No]);

        void Begin()
        {
            foreach (var id in kept) rows.Forget(State(id).Key);
            kept.Clear();
            Volatile.Write(ref home, rows.NewPartition(new PartitionId("shop.public.products", 0)));
        }
    }

    [Fact]
    public void Lost_Partitions_TakeTheirPositionsWithThem()
    {
        var rows = new SettledRows(new NewerEachTime(), 7);
        PartitionRows[] homes = [rows.NewPartition(new PartitionId("a", 0)), rows.NewPartition(new PartitionId("a", 1))];
        for (var i = 0; i < 2; i++) rows.Keep(new SettledRow(State(i), new RowImage(Image(i), homes[i]), rows.Links));
        for (var i = 0; i < 2; i++) Assert.Equal([Passing.First], Look(homes[i], Record(i)));

        var left = Assert.Single(rows.Lost([new PartitionId("a", 0)]));

        Assert.Equal(new RecordOrigin("a", 1, 1), left.First);
        Assert.Same(left, Assert.Single(rows.TakePassed()));
        for (var i = 0; i < 2; i++) Assert.Equal([Passing.No], Look(homes[i], Record(i)));
    }

    /// <summary>What follows from it takes the same steps in every process.</summary>
    [Fact]
    public void Lost_RowsOfOtherPartitions_ComeInTheOrderOfTheirRecords()
    {
        const int many = 20;
        var rows = new SettledRows(new NewerEachTime(), 7);
        var home = rows.NewPartition(new PartitionId("a", 0));
        for (var i = 0; i < many; i++) rows.Keep(new SettledRow(State(i), new RowImage(Image(i), home), rows.Links));
        for (var i = many - 1; i >= 0; i--) Assert.Equal([Passing.First], Look(home, Record(i)));

        Assert.Equal(Enumerable.Range(0, many).Select(i => (long?)i), rows.Lost([new PartitionId("b", 0)]).Select(r => r.First?.Offset));
    }

    private static Passing[] Look(PartitionRows home, params SourceRecord[] records)
    {
        var group = Group(records);
        home.Expect(group);
        for (var at = home.Pass(group, 0); at < group.Count; at = home.Pass(group, at + 1)) Assert.Equal(Passing.No, group.Passings[at]);
        return group.Passings[..group.Count];
    }

    private static RecordGroup Group(params SourceRecord[] records)
    {
        var group = new RecordGroup();
        foreach (var record in records) group.Add(record);
        return group;
    }

    private static byte[] Key(int id) => Encoding.UTF8.GetBytes($"{id}");

    private RecordImage Image(int id) => new(this, [.. new byte[RecordImage.Room], .. Key(id)], (ushort)Key(id).Length);

    private static SourceRecord Record(int id) => new(new RecordOrigin("shop.public.products", 0, id), 0, Key(id), new byte[] { 1 }, []);

    private static EntityState State(int id) => new() { Key = new EntityKey("product", Products, $"{id}"), Row = Row.Empty, RowExists = true };

    private static SourcePosition Binlog(ulong file, ulong position, uint row, string server) => new(PositionKind.Binlog, file, position, row, server);

    private sealed class Scripted : IRecordImages
    {
        public Action<EventStamp> Next { get; set; } = _ => { };

        public RecordImage? Of(SourceRecord record, ChangeEvent change) => null;

        public bool SaysTheSame(in RecordImage image, SourceRecord record, EventStamp stamp)
        {
            Next(stamp);
            return true;
        }
    }

    /// <summary>Every record says what is settled, at a position above all before.</summary>
    private sealed class NewerEachTime : IRecordImages
    {
        private ulong _position;

        public RecordImage? Of(SourceRecord record, ChangeEvent change) => null;

        public bool SaysTheSame(in RecordImage image, SourceRecord record, EventStamp stamp)
        {
            stamp.Set(SnapshotKind.Streamed, SourcePosition.OfLsn(++_position), null);
            return image.Key.SequenceEqual(record.Key!.Value.Span);
        }
    }
}
