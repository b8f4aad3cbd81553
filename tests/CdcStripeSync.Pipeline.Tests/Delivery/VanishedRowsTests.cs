using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>The slot was lost, and rows went meanwhile: no delete tells of them, but a complete new snapshot lacks them.</summary>
public sealed class VanishedRowsTests
{
    private const string Topic = "shop.public.products";
    private readonly Shop _shop = new();

    public VanishedRowsTests() => _shop.Deliver(Change.Product(10, 1, "A", ChangeOp.Create), Change.Product(11, 2, "B", ChangeOp.Create) with { Partition = 1 });

    private IEnumerable<string> Archived => _shop.Stripe.Writes.Where(r => r.Form.Contains("active=false", StringComparison.Ordinal)).Select(r => r.Path[(r.Path.LastIndexOf('/') + 1)..]);

    private SnapshotEnd End => Assert.Single(_shop.SnapshotEnds);

    [Fact]
    public void RowThatACompleteSnapshotLacks_IsPresumedGone_WithOneAlarm()
    {
        _shop.Deliver(Last());
        Assert.Equal(["shop_2"], Archived);
        Assert.Single(_shop.Notes.Alarms, a => a.Contains("public.products: 1 row is not in its new snapshot", StringComparison.Ordinal));
        Assert.True(End.IsSwept);
        _shop.Deliver(Last());
        Assert.Equal(["shop_2"], Archived);
    }

    [Fact]
    public void FirstSnapshot_FindsNothingBelowIt()
    {
        var shop = new Shop();
        shop.Deliver(Change.Product(100, 1, "A").Read(), Change.Product(100, 2, "B").Read(SnapshotKind.CompleteLastOfTable));
        Assert.Equal(2, shop.Stripe.Active("shop_").Count);
        Assert.Empty(shop.Notes.Alarms);
    }

    [Fact]
    public void SnapshotsRowInAnotherPartition_ReadLongAfterTheLastRow_IsNotPresumedGone()
    {
        _shop.Deliver(source =>
        {
            Last().AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(5)));
            (Change.Product(100, 2, "B").Read() with { Partition = 1 }).AddTo(source);
        });
        Assert.Empty(Archived);
        Assert.True(End.IsSwept);
    }

    [Fact]
    public void EndsOfThePartitions_AreAskedForWhenTheRowsOnTheirWayHaveHadTime()
    {
        _shop.Deliver(source =>
        {
            Last().AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(9)));
            source.Then(() => Check(() => Assert.Empty(source.EndsAsked)));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(60)));
            source.Then(() => Check(() => Assert.Equal([Topic], source.EndsAsked)));
        });
        Assert.Equal(["shop_2"], Archived);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RowPresumedGone_ItsRecordComesAfterAll_ObjectIsRestored(bool asSnapshotRow)
    {
        _shop.Deliver(Last());
        _shop.Deliver(asSnapshotRow ? Change.Product(100, 2, "B").Read() : Change.Product(120, 2, "B"));
        Assert.Equal(["shop_1", "shop_2"], _shop.Stripe.Active("shop_").Select(o => ((FieldValue.Text)o.Members["id"]).Value).Order());
        Assert.Equal(2, _shop.Stripe.Objects.Count);
    }

    [Fact]
    public void RowPresumedGone_ItsOldRecordsAreReadAgain_StaysGone()
    {
        _shop.Deliver(Last());
        _shop.Deliver(Change.Product(11, 2, "B", ChangeOp.Create));
        Assert.Single(_shop.Stripe.Active("shop_"));
    }

    [Fact]
    public void TransactionOpenOverTheSnapshot_ItsRowHasALowerPositionAndWasCommittedLater_IsNotPresumedGone()
    {
        _shop.Deliver(Change.Product(90, 2, "B2") with { At = 105 }, Last());
        Assert.Empty(Archived);
    }

    [Fact]
    public void NewServerWithLowerPositions_RowItsSnapshotLacks_IsPresumedGone()
    {
        _shop.Deliver(Change.Product(7, 1, "A").Read(SnapshotKind.CompleteLast) with { At = 99 });
        Assert.Equal(["shop_2"], Archived);
    }

    [Fact]
    public void LastRow_IsRememberedBeforeItsOffsetIsStored()
    {
        _shop.Store.Writing = batch =>
        {
            if (batch.Offsets.Any(o => o.Partition == new PartitionId(Topic, 0) && o.Next > 1)) Assert.Equal(SourcePosition.OfLsn(100), End.Position);
        };
        _shop.Deliver(Last());
        Assert.Equal(new PartitionId(Topic, 0), End.Marker);
    }

    [Fact]
    public void LastRow_SaysWhatIsSettled_IsNotPassed()
    {
        var shop = new Shop { Compares = true };
        shop.Deliver(source =>
        {
            Change.Product(10, 1, "A", ChangeOp.Create).AddTo(source);
            source.Then(() => shop.Time.Wait(TimeSpan.FromSeconds(5)));
            Change.Product(90, 1, "A").AddTo(source);
            source.Then(() => shop.Time.Wait(TimeSpan.FromSeconds(5)));
            Last().AddTo(source);
        });
        Assert.Single(shop.Notes.Passed);
        Assert.Single(shop.SnapshotEnds);
    }

    [Fact]
    public void ProcessThatReadTheLastRow_Died_WhoHasItsPartitionGoesOn()
    {
        _shop.Time.Run(() => _shop.Store.WriteAsync(new StateBatch { SnapshotEnds = [new SnapshotEnd(new TableId("public", "products"), SourcePosition.OfLsn(100), new Instant(100, 0), new PartitionId(Topic, 1), _shop.Time.GetUtcNow())] }, default));
        _shop.Deliver(Change.Product(100, 1, "A").Read());
        Assert.Equal(["shop_2"], Archived);
    }

    [Fact]
    public void EndLeftUndoneByAProcessThatDied_IsCarriedOut()
    {
        _shop.Time.Run(() => _shop.Store.WriteAsync(new StateBatch { Entities = [_shop.State(Shop.Product(2)) with { RowExists = false }] }, default));
        _shop.Deliver(Last());
        Assert.Equal(["shop_2"], Archived);
    }

    [Fact]
    public void ManyRowsVanished_StayWithinTheBreadthLimit()
    {
        _shop.Deliver(Enumerable.Range(3, 6).Select(id => Change.Product((ulong)(20 + id), id, "more", ChangeOp.Create)));
        _shop.Deliver(Last());
        Assert.Equal(3, Archived.Count());
        Assert.Equal(4, _shop.Parked.Count(p => p.Reason == ParkReason.Breadth));
        Assert.True(End.IsSwept);
    }

    [Fact]
    public void RowThatAnUnreadableRecordConcerns_IsNotPresumedGone()
    {
        _shop.Deliver(source => source.Add(Topic, 1, _ => Unreadable(Change.IdOf(2))));
        _shop.Deliver(Last());
        Assert.Empty(Archived);
    }

    [Fact]
    public void RecordWithoutAReadableKey_NothingIsPresumed_UntilSomebodyHasLookedAtIt()
    {
        _shop.Deliver(source =>
        {
            source.Add(Topic, 1, _ => Unreadable(null));
            Last().AddTo(source);
        });
        Assert.Empty(Archived);
        Assert.Single(_shop.Notes.Alarms, a => a.Contains("1 record of shop.public.products", StringComparison.Ordinal));
        Assert.False(End.IsSwept);
        _shop.Time.Run(() => _shop.Store.MarkLettersAsync(LetterFilter.Standing, LetterState.Closed, "discarded", default));
        _shop.Deliver();
        Assert.Equal(["shop_2"], Archived);
    }

    [Fact]
    public void SourceHasTheRow_IsNotGone()
    {
        _shop.Rows = new Rows(() => new SourceRow(Change.Product(100, 2, "B").After!, default, null));
        _shop.Deliver(Last());
        Assert.Empty(Archived);
        Assert.True(End.IsSwept);
    }

    [Fact]
    public void SourceHasNoSuchRow_IsGone_AlsoWhereARecordOfItCouldNotBeRead()
    {
        _shop.Rows = new Rows(() => null);
        _shop.Deliver(source =>
        {
            source.Add(Topic, 1, _ => Unreadable(Change.IdOf(2)));
            source.Add(Topic, 1, _ => Unreadable(null));
            Last().AddTo(source);
        });
        Assert.Equal(["shop_2"], Archived);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void SourceDoesNotAnswer_NothingIsPresumed_AndItIsAskedAgain()
    {
        var asked = 0;
        _shop.Rows = new Rows(() => ++asked < 3 ? throw new RowReadException("away", "start it", passes: true) : null);
        _shop.Deliver(source =>
        {
            Last().AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(30)));
            source.Then(() => Check(() => Assert.Empty(Archived)));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(5)));
        });
        Assert.Equal(["shop_2"], Archived);
        Assert.Equal(3, asked);
        Assert.Single(_shop.Notes.Alarms, a => a.Contains("could not be looked for: away", StringComparison.Ordinal));
    }

    [Fact]
    public void SourcesAnswerIsNothingThatAnybodyThoughtOf_NothingIsPresumed_AndOthersFlow()
    {
        var asked = 0;
        _shop.Rows = new Rows(() => ++asked < 2 ? throw new InvalidCastException("no such type") : null);
        _shop.Deliver(source =>
        {
            Last().AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(30)));
            Change.Product(200, 1, "goes on").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(5)));
        });
        Assert.Equal("goes on", _shop.Stripe["shop_1"].Text("name"));
        Assert.Equal(["shop_2"], Archived);
        Assert.Single(_shop.Notes.Alarms, a => a.Contains("no such type", StringComparison.Ordinal));
    }

    [Fact]
    public void Policy_Keep_LeavesThem()
    {
        _shop.Options = new DeliveryOptions { VanishedRows = VanishedRowPolicy.Keep };
        _shop.Deliver(Last());
        Assert.Empty(Archived);
        Assert.Empty(_shop.SnapshotEnds);
    }

    [Fact]
    public void IncrementalSnapshot_AndOneWithoutPositions_SayNothingOfOtherRows()
    {
        _shop.Deliver(Change.Product(100, 1, "A").Read(SnapshotKind.Incremental), Last() with { HasSource = false });
        Assert.Empty(Archived);
        Assert.Empty(_shop.SnapshotEnds);
    }

    private static Change Last() => Change.Product(100, 1, "A").Read(SnapshotKind.CompleteLastOfTable);

    private static DecodedRecord.Unreadable Unreadable(Row? key) => new("schema 9 is not known", "register it", new TableId("public", "products"), key);

    private static Task Check(Action check)
    {
        check();
        return Task.CompletedTask;
    }

    private sealed class Rows(Func<SourceRow?> read) : IRowReader
    {
        public Task<SourceRow?> ReadAsync(EntityKey key, IReadOnlyCollection<string> columns, CancellationToken cancellationToken)
        {
            try
            {
                return Task.FromResult(read());
            }
            catch (RowReadException e)
            {
                return Task.FromException<SourceRow?>(e);
            }
        }
    }
}
