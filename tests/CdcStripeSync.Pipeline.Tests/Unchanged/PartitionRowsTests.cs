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
        var home = rows.NewPartition();
        var random = new Random(1);
        var kept = new HashSet<int>();
        for (var step = 0; step < 20_000; step++)
        {
            var id = random.Next(600);
            if (random.Next(2) == 0)
            {
                rows.Keep(new SettledRow(State(id), new RowImage(new RecordImage(this, Key(id), Key(id).Length), home), rows.Links));
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
        var home = rows.NewPartition();
        rows.Keep(new SettledRow(State(1), new RowImage(new RecordImage(this, Key(1), Key(1).Length), home), rows.Links));
        Assert.Equal([Passing.First], Look(home, Record(1)));
        Assert.Equal([Passing.Counted], Look(home, Record(1)));

        rows.LinksChanged();

        Assert.Equal([Passing.No], Look(home, Record(1)));
    }

    [Fact]
    public void Pass_OfRecordsOfAnyKind_LooksAtEachInTurn()
    {
        var rows = new SettledRows(new NewerEachTime(), 7);
        var home = rows.NewPartition();
        rows.Keep(new SettledRow(State(1), new RowImage(new RecordImage(this, Key(1), Key(1).Length), home), rows.Links));
        var odd = new[] { Record(1) with { Key = null, Value = null }, Record(1) with { Key = Array.Empty<byte>(), Value = new byte[100_000] }, Record(1), Record(2), Record(1) };

        Assert.Equal([Passing.No, Passing.No, Passing.First, Passing.No, Passing.Counted], Look(home, odd));
        Assert.Empty(Look(home));
    }

    [Fact]
    public void Pass_BehindARecordThatMayChangeSomething_WaitsUntilThatIsOnItsWay()
    {
        var rows = new SettledRows(new NewerEachTime(), 7);
        var home = rows.NewPartition();
        rows.Keep(new SettledRow(State(1), new RowImage(new RecordImage(this, Key(1), Key(1).Length), home), rows.Links));
        var group = Group(Record(2), Record(1));
        home.Expect(group);

        Assert.Equal(0, home.Pass(group, 0));
        rows.Forget(State(1).Key);

        Assert.Equal(1, home.Pass(group, 1));
        Assert.Empty(rows.TakePassed());
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

    private static SourceRecord Record(int id) => new(new RecordOrigin("shop.public.products", 0, id), 0, Key(id), new byte[] { 1 }, []);

    private static EntityState State(int id) => new() { Key = new EntityKey("product", Products, $"{id}"), Row = Row.Empty, RowExists = true };

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
