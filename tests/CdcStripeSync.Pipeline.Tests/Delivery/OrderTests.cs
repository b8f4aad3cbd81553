using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

public sealed class OrderTests
{
    private readonly Shop _shop = new();

    private string? Name => _shop.Stripe["shop_1"].Members["name"] is FieldValue.Text text ? text.Value : null;

    [Fact]
    public void RepeatedEvent_ChangesNothing()
    {
        _shop.Deliver(Change.Product(10, 1, "A", ChangeOp.Create), Change.Product(20, 1, "B"));
        var before = _shop.Stripe.Requests.Count;
        _shop.Deliver(Change.Product(10, 1, "A", ChangeOp.Create), Change.Product(20, 1, "B"));
        Assert.Equal("B", Name);
        Assert.Equal(before, _shop.Stripe.Requests.Count);
    }

    [Fact]
    public void SnapshotRow_StampBelowStreamedPosition_IsStale()
    {
        _shop.Deliver(Change.Product(20, 1, "B", ChangeOp.Create));
        _shop.Deliver(Change.Product(15, 1, "A").Read(SnapshotKind.Incremental));
        Assert.Equal("B", Name);
    }

    [Fact]
    public void SnapshotRow_StampAbove_AppliesWithoutRaisingThePosition()
    {
        _shop.Deliver(Change.Product(20, 1, "B", ChangeOp.Create));
        _shop.Deliver(Change.Product(30, 1, "C").Read(SnapshotKind.Incremental));
        Assert.Equal("C", Name);
        Assert.Equal(20u, _shop.State(Shop.Product(1)).Streamed!.Value.Position.Major);
    }

    [Fact]
    public void OpenTransaction_LowerPositionThanTheStampArrivesLater_IsApplied()
    {
        _shop.Deliver(Change.Product(50, 1, "A").Read(SnapshotKind.Incremental));
        _shop.Deliver(Change.Product(40, 1, "B") with { At = 60 });
        Assert.Equal("B", Name);
    }

    [Fact]
    public void PositionFalls_WhileCommitTimeGoesOn_OpensANewEpochWithAnAlarm()
    {
        _shop.Deliver(Change.Product(500, 1, "A", ChangeOp.Create) with { At = 1 });
        _shop.Deliver(Change.Product(7, 1, "B") with { At = 2 });
        Assert.Equal("B", Name);
        Assert.Equal(1, _shop.State(Shop.Product(1)).Streamed!.Value.Epoch);
        Assert.Contains(_shop.Notes.Alarms, a => a.Contains("positions fell", StringComparison.Ordinal));
    }

    [Fact]
    public void PositionAndCommitTimeBothLower_IsARepeat()
    {
        _shop.Deliver(Change.Product(500, 1, "B", ChangeOp.Create) with { At = 2 });
        _shop.Deliver(Change.Product(7, 1, "A") with { At = 1 });
        Assert.Equal("B", Name);
        Assert.DoesNotContain(_shop.Notes.Alarms, a => a.Contains("positions fell", StringComparison.Ordinal));
    }

    [Fact]
    public void CompleteSnapshotOfANewServer_LowerStampAndLaterClock_IsApplied()
    {
        _shop.Deliver(Change.Product(500, 1, "A", ChangeOp.Create) with { At = 1 });
        _shop.Deliver(Change.Product(7, 1, "B").Read() with { At = 2 });
        Assert.Equal("B", Name);
    }

    [Fact]
    public void DeletedRow_RepeatOfAnOlderEvent_DoesNotBringItBack()
    {
        _shop.Deliver(Change.Customer(10, 1, "a@x", ChangeOp.Create), Change.Delete(20, "customers", 1));
        Assert.DoesNotContain(_shop.Stripe.Objects.Keys, k => k.StartsWith("cus_", StringComparison.Ordinal));
        _shop.Deliver(Change.Customer(10, 1, "a@x", ChangeOp.Create));
        Assert.DoesNotContain(_shop.Stripe.Objects.Keys, k => k.StartsWith("cus_", StringComparison.Ordinal));
        Assert.Equal(EntityPhase.Deleted, _shop.State(new EntityKey("customer", new TableId("public", "customers"), "1")).Phase);
    }

    [Fact]
    public void DeletedRow_InsertedAgain_StartsANewGeneration()
    {
        _shop.Deliver(Change.Customer(10, 1, "a@x", ChangeOp.Create), Change.Delete(20, "customers", 1), Change.Customer(30, 1, "b@x", ChangeOp.Create));
        Assert.Single(_shop.Stripe.Objects, o => o.Key.StartsWith("cus_", StringComparison.Ordinal));
        Assert.Equal(2, _shop.State(new EntityKey("customer", new TableId("public", "customers"), "1")).Generation);
    }

    [Fact]
    public void ArchivedRow_InsertedAgain_RestoresTheSameObject()
    {
        _shop.Deliver(Change.Product(10, 1, "A", ChangeOp.Create), Change.Delete(20, "products", 1));
        Assert.Equal(FieldValue.Of(false), _shop.Stripe["shop_1"].Members["active"]);
        _shop.Deliver(Change.Product(30, 1, "B", ChangeOp.Create));
        Assert.Equal(FieldValue.Of(true), _shop.Stripe["shop_1"].Members["active"]);
        Assert.Equal("B", Name);
        Assert.Single(_shop.Stripe.Objects);
    }

    [Fact]
    public void Unavailable_TakesTheStoredValue()
    {
        _shop.Deliver(Change.Product(10, 1, "A", ChangeOp.Create).With("description", ColumnValue.Of("long")));
        _shop.Deliver(Change.Product(20, 1, "B").With("description", ColumnValue.Unavailable));
        Assert.Equal("B", Name);
        Assert.Equal(FieldValue.Of("long"), _shop.Stripe["shop_1"].Members["description"]);
    }

    [Fact]
    public void UnavailableAfterADelete_DoesNotTakeTheDeadRowsValue()
    {
        _shop.Deliver(Change.Product(10, 1, "A", ChangeOp.Create).With("description", ColumnValue.Of("long")), Change.Delete(20, "products", 1));
        _shop.Deliver(Change.Product(30, 1, "B", ChangeOp.Create).With("description", ColumnValue.Unavailable));
        Assert.Equal(ParkReason.UnknownColumn, Assert.Single(_shop.Parked).Reason);
        Assert.Equal("A", Name);
    }

    [Fact]
    public void Truncate_DeletesRowsBelow_AndIgnoresOlderRowsThatComeLater()
    {
        _shop.Deliver(Change.Customer(10, 1, "a@x", ChangeOp.Create), Change.Customer(11, 2, "b@x", ChangeOp.Create));
        _shop.Deliver(Change.Truncate(20, "customers"), Change.Customer(15, 3, "c@x", ChangeOp.Create), Change.Customer(25, 4, "d@x", ChangeOp.Create));
        var left = Assert.Single(_shop.Stripe.Objects, o => o.Key.StartsWith("cus_", StringComparison.Ordinal));
        Assert.Equal(FieldValue.Of("d@x"), left.Value.Members["email"]);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(5_000)]
    public void TruncateReadByAnotherProcess_OlderRowsThatComeHereLater_AreGone(int milliseconds)
    {
        _shop.DeliverTogether(
            one =>
            {
                (Change.Truncate(20, "customers") with { Partition = 1 }).AddTo(one);
                one.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(10)));
            },
            two =>
            {
                two.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(milliseconds)));
                Change.Customer(15, 3, "c@x", ChangeOp.Create).AddTo(two);
                Change.Customer(25, 4, "d@x", ChangeOp.Create).AddTo(two);
                two.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(10)));
            });
        var left = Assert.Single(_shop.Stripe.Objects, o => o.Key.StartsWith("cus_", StringComparison.Ordinal));
        Assert.Equal(FieldValue.Of("d@x"), left.Value.Members["email"]);
    }

    [Fact]
    public void RowWrittenByAProcessThatDiedBeforeItKnewOfTheTruncate_IsGone()
    {
        _shop.Deliver(Change.Customer(15, 3, "c@x", ChangeOp.Create), Change.Customer(25, 4, "d@x", ChangeOp.Create));
        var truncated = new TablePosition(new TableId("public", "customers"), 0, new StreamPosition(0, SourcePosition.OfLsn(20), new Instant(20, 0)));
        _shop.Deliver(source =>
        {
            source.Then(() => _shop.Store.WriteAsync(new StateBatch { TablePositions = [truncated] }, default));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(10)));
        });
        var left = Assert.Single(_shop.Stripe.Objects, o => o.Key.StartsWith("cus_", StringComparison.Ordinal));
        Assert.Equal(FieldValue.Of("d@x"), left.Value.Members["email"]);
    }

    [Fact]
    public void TruncatedRow_ItsEndWasLeftUndoneByAProcessThatDied_IsCarriedOutWhenTheTruncateIsReadAgain()
    {
        _shop.Deliver(Change.Customer(10, 1, "a@x", ChangeOp.Create));
        var left = _shop.Store.Entities.Single(e => e.Key.Resource == "customer") with { RowExists = false, Streamed = new StreamPosition(0, SourcePosition.OfLsn(20), new Instant(20, 0)) };
        _shop.Time.Run(() => _shop.Store.WriteAsync(new StateBatch { Entities = [left] }, default));
        _shop.Deliver(Change.Truncate(20, "customers"));
        Assert.DoesNotContain(_shop.Stripe.Objects.Keys, id => id.StartsWith("cus_", StringComparison.Ordinal));
    }

    [Fact]
    public void RowWrittenByAProcessThatDidNotKnowOfTheTruncate_IsGoneWhenItsRecordIsReadAgain()
    {
        _shop.Deliver(Change.Customer(15, 3, "c@x", ChangeOp.Create));
        var truncated = new TablePosition(new TableId("public", "customers"), 0, new StreamPosition(0, SourcePosition.OfLsn(20), new Instant(20, 0)));
        _shop.Time.Run(() => _shop.Store.WriteAsync(new StateBatch { TablePositions = [truncated] }, default));
        _shop.Deliver(Change.Customer(15, 3, "c@x", ChangeOp.Create));
        Assert.DoesNotContain(_shop.Stripe.Objects.Keys, id => id.StartsWith("cus_", StringComparison.Ordinal));
    }

    [Fact]
    public void ChangeFromBeforeATruncate_InAProcessThatDoesNotKnowOfIt_IsOlderThanASnapshotsRowFromAfterIt()
    {
        var customers = new TableId("public", "customers");
        _shop.Deliver(Change.Truncate(20, "customers"), Change.Customer(15, 3, "c@x", ChangeOp.Create), Change.Customer(30, 3, "d@x").Read());
        _shop.Time.Run(() => _shop.Store.WriteAsync(new StateBatch { TablePositions = [new TablePosition(customers, 0, null)] }, default));
        _shop.Deliver(Change.Customer(15, 3, "c@x", ChangeOp.Create)); // as it waited in a process that lost its partition
        Assert.Equal(FieldValue.Of("d@x"), Assert.Single(_shop.Stripe.Objects, o => o.Key.StartsWith("cus_", StringComparison.Ordinal)).Value.Members["email"]);
    }

    [Fact]
    public void KeyChangeFromBeforeATruncate_ReadAfterIt_MovesNothing()
    {
        _shop.Deliver(Change.Customer(10, 1, "a@x", ChangeOp.Create));
        _shop.Deliver(source =>
        {
            Change.Customer(9, 2, "b@x", ChangeOp.Create).AddTo(source);
            (Change.Truncate(20, "customers") with { Partition = 1 }).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
            (Change.Delete(15, "customers", 1) with { NewKey = Change.IdOf(3) }).AddTo(source);
            (Change.Customer(15, 3, "a@x", ChangeOp.Create) with { OldKey = Change.IdOf(1) }).AddTo(source);
        });
        Assert.DoesNotContain(_shop.Stripe.Objects.Keys, id => id.StartsWith("cus_", StringComparison.Ordinal));
        Assert.DoesNotContain(_shop.Store.Entities, e => e.Key.Resource == "customer" && e.RowExists);
    }

    [Fact]
    public async Task TruncateReadAgain_DoesNotTakeBackANewerOne()
    {
        _shop.DeliverTogether(one => Change.Truncate(20, "customers").AddTo(one));
        _shop.DeliverTogether(one => Change.Truncate(30, "customers").AddTo(one), two =>
        {
            two.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(500)));
            (Change.Truncate(20, "customers") with { Partition = 1 }).AddTo(two);
        });
        Assert.Equal(SourcePosition.OfLsn(30), Assert.Single(await _shop.Store.TablePositionsAsync(default)).TruncatedAt!.Value.Position);
    }

    [Fact]
    public void Truncate_StaysWithinTheBreadthLimit()
    {
        _shop.Deliver(Enumerable.Range(1, 10).Select(i => Change.Customer((ulong)i, i, $"{i}@x", ChangeOp.Create)));
        _shop.Deliver(Change.Truncate(20, "customers"));
        Assert.Equal(7, _shop.Stripe.Objects.Count);
        Assert.Equal(7, _shop.Parked.Count(p => p.Reason == ParkReason.Breadth));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TombstoneOfWhichNothingTellsWhetherItIsTheDelete_IsOneOnlyWhereChangesHaveNoPositionEither(bool changesHaveSource)
    {
        _shop.Deliver(
            Change.Product(1, 1, "A", ChangeOp.Create) with { HasSource = changesHaveSource },
            Change.Delete(2, "products", 1) with { HasSource = false, MayFollowDelete = true });
        Assert.Equal(changesHaveSource ? 1 : 0, _shop.Stripe.Active("shop_").Count);
    }

    [Fact]
    public void TombstoneOfAKeyChangeReadAgain_TheNewKeyHasItsOwnObject_LeavesTheOldArchived()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Deliver(Change.Product(30, 2, "B") with { Partition = 1 });
        _shop.Deliver(Change.Delete(20, "products", 1) with { NewKey = Change.IdOf(2) });
        _shop.Deliver(Change.Delete(20, "products", 1) with { NewKey = Change.IdOf(2), HasSource = false, MayFollowDelete = true });
        Assert.Equal(FieldValue.Of("B"), Assert.Single(_shop.Stripe.Active("shop_")).Members["name"]);
    }
}
