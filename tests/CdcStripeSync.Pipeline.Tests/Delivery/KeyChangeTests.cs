using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>A primary key changed from 1 to 2: two halves with equal positions, in any order, in different partitions, or only one.</summary>
public sealed class KeyChangeTests
{
    private readonly Shop _shop = new();

    public KeyChangeTests() => _shop.Deliver(Change.Product(10, 1, "A", ChangeOp.Create));

    private static Change DeleteHalf => Change.Delete(20, "products", 1) with { NewKey = Change.IdOf(2) };

    private static Change CreateHalf => Change.Product(20, 2, "B", ChangeOp.Create) with { OldKey = Change.IdOf(1), Partition = 1 };

    [Fact]
    public void DeleteHalfFirst_ObjectStaysAndLinkMoves()
    {
        _shop.Deliver(DeleteHalf, CreateHalf);
        AssertMoved("B");
    }

    [Fact]
    public void CreateHalfFirst_ObjectStaysAndLinkMoves()
    {
        _shop.Deliver(CreateHalf, DeleteHalf);
        AssertMoved("B");
    }

    [Fact]
    public void HalvesInDifferentRuns_ObjectStaysAndLinkMoves()
    {
        _shop.Deliver(CreateHalf);
        _shop.Deliver(DeleteHalf);
        AssertMoved("B");
    }

    [Fact]
    public void OnlyTheCreateHalf_ObjectStaysAndLinkMoves()
    {
        _shop.Deliver(CreateHalf);
        AssertMoved("B");
    }

    [Fact]
    public void OnlyTheDeleteHalf_ObjectStaysAndLinkMoves()
    {
        _shop.Deliver(DeleteHalf);
        AssertMoved("A");
    }

    [Fact]
    public void RowCannotGo_ItsKeyChanges_OthersOfItsPartitionGoOn_AndItFollows()
    {
        _shop.Deliver(Change.Product(11, 5, "E", ChangeOp.Create));
        RefuseFor(TimeSpan.FromMinutes(5));
        string? went = null;

        _shop.Deliver(source =>
        {
            CannotGo(source);
            DeleteHalf.AddTo(source);
            (CreateHalf with { Partition = 0 }).AddTo(source);
            Change.Product(21, 2, "newest").AddTo(source);
            Change.Product(22, 5, "goes on").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(1)));
            source.Then(() => Task.FromResult(went = _shop.Stripe["shop_5"].Text("name")));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(5)));
        });

        Assert.Equal("goes on", went);
        Assert.Equal("shop_1", _shop.State(Shop.Product(2)).StripeId);
        Assert.Equal("newest", _shop.Stripe["shop_1"].Text("name"));
        Assert.Equal(2, _shop.Stripe.Active("shop_").Count);
    }

    [Fact]
    public void RowsSwapTheirKeysWhileOneCannotGo_EachKeepsItsObject()
    {
        _shop.Deliver(Change.Product(11, 2, "B", ChangeOp.Create));
        RefuseFor(TimeSpan.FromMinutes(5));

        _shop.Deliver(source =>
        {
            CannotGo(source);
            Move(source, 20, 1, 9, "A");
            Move(source, 21, 2, 1, "B");
            Move(source, 22, 9, 2, "A");
        });

        Assert.Equal(("shop_2", "shop_1"), (_shop.State(Shop.Product(1)).StripeId, _shop.State(Shop.Product(2)).StripeId));
        Assert.Equal(("A", "B"), (_shop.Stripe["shop_1"].Text("name"), _shop.Stripe["shop_2"].Text("name")));
        Assert.Equal(2, _shop.Stripe.Active("shop_").Count);
    }

    [Fact]
    public void RowCannotGo_ItsKeyChanges_AnotherRowsKeyChangeBehindItIsCarriedOut()
    {
        _shop.Deliver(Change.Product(11, 5, "E", ChangeOp.Create));
        RefuseFor(TimeSpan.FromMinutes(5));
        string? went = null;

        _shop.Deliver(source =>
        {
            CannotGo(source);
            Move(source, 20, 1, 2, "B");
            Move(source, 21, 5, 6, "E");
            Change.Product(22, 6, "goes on").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(1)));
            source.Then(() => Task.FromResult(went = _shop.Stripe["shop_5"].Text("name")));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(5)));
        });

        Assert.Equal("goes on", went);
        Assert.Equal(("shop_1", "shop_5"), (_shop.State(Shop.Product(2)).StripeId, _shop.State(Shop.Product(6)).StripeId));
        Assert.Equal("B", _shop.Stripe["shop_1"].Text("name"));
        Assert.Equal(2, _shop.Stripe.Active("shop_").Count);
    }

    [Fact]
    public void RowGoesToAndFroBetweenTwoKeys_WhileItCannotGo_KeepsItsObject()
    {
        RefuseFor(TimeSpan.FromMinutes(5));

        _shop.Deliver(source =>
        {
            CannotGo(source);
            Move(source, 20, 1, 2, "once");
            Move(source, 21, 2, 1, "twice");
            Change.Product(22, 1, "between").AddTo(source);
            Move(source, 23, 1, 2, "B");
        });

        AssertMoved("B");
    }

    [Fact]
    public void TableEmptiedWhileARowsKeyChangeWaits_WhatWaitsBehindItIsGone()
    {
        RefuseFor(TimeSpan.FromMinutes(5));

        _shop.Deliver(source =>
        {
            CannotGo(source);
            Move(source, 20, 1, 2, "B");
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(1)));
            (Change.Truncate(100, "products") with { Partition = 1 }).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(6)));
        });

        Assert.Empty(_shop.Stripe.Active("shop_"));
    }

    [Fact]
    public void TruncateWaitsForAKeyChange_MoreThanFitsIsBehindIt_OtherPartitionsAreReadOn()
    {
        _shop.Options = _shop.Options with { MaxUnsettled = 10 };
        RefuseFor(TimeSpan.FromMinutes(5));
        var begun = _shop.Time.GetUtcNow();

        _shop.Deliver(source =>
        {
            CannotGo(source);
            Move(source, 20, 1, 2, "B");
            Change.Truncate(30, "products").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            for (var i = 10; i < 40; i++) Change.Product((ulong)(30 + i), i, "C", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            (Change.Product(80, 50, "D", ChangeOp.Create) with { Partition = 1 }).AddTo(source);
            source.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromMinutes(1));
                Assert.Contains("shop_50", _shop.Stripe.Objects.Keys);
                Assert.InRange(_shop.Time.GetUtcNow() - begun, TimeSpan.Zero, TimeSpan.FromMinutes(3));
            });
        });

        Assert.Equal(31, _shop.Stripe.Active("shop_").Count);
        Assert.Empty(_shop.Source.Paused);
    }

    private static void Move(ScriptedSource source, ulong lsn, int from, int to, string name)
    {
        (Change.Delete(lsn, "products", from) with { NewKey = Change.IdOf(to) }).AddTo(source);
        (Change.Product(lsn, to, name, ChangeOp.Create) with { OldKey = Change.IdOf(from) }).AddTo(source);
    }

    /// <summary>A change of product 1 that is on its way to Stripe when what follows is read.</summary>
    private void CannotGo(ScriptedSource source)
    {
        Change.Product(12, 1, "cannot go").AddTo(source);
        source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
    }

    /// <summary>Product 1's object takes no change for a while.</summary>
    private void RefuseFor(TimeSpan time)
    {
        var until = _shop.Time.GetUtcNow() + time;
        _shop.Stripe.Refuses = request => request.Path.EndsWith("shop_1", StringComparison.Ordinal) && _shop.Time.GetUtcNow() < until;
    }

    [Fact]
    public void MoveReadAgain_OldKeyHasARowOfItsOwnByNow_WhatMovedStays()
    {
        _shop.Deliver(DeleteHalf, CreateHalf, Change.Product(30, 1, "C", ChangeOp.Create));
        _shop.Deliver(DeleteHalf, CreateHalf);
        Assert.Equal(2, _shop.Stripe.Active("shop_").Count);
        Assert.Equal(("shop_1", EntityPhase.Linked), (_shop.State(Shop.Product(2)).StripeId, _shop.State(Shop.Product(2)).Phase));
    }

    [Fact]
    public void KeyUsedByOneRowAfterAnother_EarlierObjectsAreRemembered_ForWhatTheyMayStillHold()
    {
        _shop.Deliver(Change.Price(20, 2, 1, "1.00", ChangeOp.Create, lookup: "gold"), Change.Delete(21, "prices", 2));
        var earlier = _shop.State(Shop.Price(2)).StripeId!;
        _shop.Deliver(Change.Price(30, 3, 9, "3.00", ChangeOp.Create), Change.Price(31, 2, 9, "3.00", ChangeOp.Create) with { OldKey = Change.IdOf(3) }, Change.Delete(32, "prices", 2));
        _shop.Deliver(Change.Price(40, 4, 1, "4.00", ChangeOp.Create), Change.Price(41, 2, 1, "4.00", ChangeOp.Create) with { OldKey = Change.IdOf(4) });
        Assert.Contains(earlier, _shop.State(Shop.Price(2)).Predecessors.AsEnumerable());
        _shop.Deliver(Change.Price(50, 5, 1, "5.00", ChangeOp.Create, lookup: "gold"));
        Assert.Equal("gold", _shop.Stripe[_shop.State(Shop.Price(5)).StripeId!].Text("lookup_key"));
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void RetiredKey_RepeatOfItsOldEvent_ChangesNothing()
    {
        _shop.Deliver(DeleteHalf, CreateHalf);
        _shop.Deliver(Change.Product(10, 1, "A", ChangeOp.Create));
        AssertMoved("B");
    }

    [Fact]
    public void RetiredKey_InsertedAgain_IsANewObject()
    {
        _shop.Deliver(DeleteHalf, CreateHalf);
        _shop.Deliver(Change.Product(30, 1, "C", ChangeOp.Create));
        Assert.Equal(2, _shop.Stripe.Objects.Count);
        Assert.Equal("shop_1", _shop.State(Shop.Product(2)).StripeId);
        Assert.NotEqual("shop_1", _shop.State(Shop.Product(1)).StripeId);
    }

    [Fact]
    public void OldKeysQueuedEvents_ComeBeforeTheMove()
    {
        _shop.Deliver(Change.Product(15, 1, "A2"), DeleteHalf, CreateHalf);
        AssertMoved("B");
    }

    [Fact]
    public void ChildOfTheNewKey_WaitsAndIsWokenByTheMove()
    {
        _shop.Deliver(Change.Price(21, 7, 2, "5.00", ChangeOp.Create));
        Assert.Equal(ParkReason.Parent, Assert.Single(_shop.Parked).Reason);
        _shop.Deliver(DeleteHalf, CreateHalf);
        Assert.Empty(_shop.Parked);
        Assert.Equal("shop_1", _shop.Stripe[_shop.State(Shop.Price(7)).StripeId!].Members["product"] is FieldValue.Text t ? t.Value : null);
    }

    [Fact]
    public void TablesNameHoldsASlash_ChildOfTheOldKey_FindsTheRowThatMoved()
    {
        const string Table = "old/products";
        var shop = new Shop { Yaml = Shop.Mapping.Replace("public.products", $"public.{Table}", StringComparison.Ordinal) };
        shop.Deliver(Change.Product(10, 1, "A", ChangeOp.Create) with { Table = Table });
        shop.Deliver(CreateHalf with { Table = Table });

        shop.Deliver(Change.Price(15, 7, 1, "1.00", ChangeOp.Create));

        Assert.Equal("shop_1", Assert.Single(shop.Stripe.Active("price_")).Text("product"));
    }

    [Fact]
    public void CreateHalf_WithoutAColumnThatTheLogLeftOut_KeepsItsValue()
    {
        _shop.Deliver(DeleteHalf, CreateHalf.With("description", ColumnValue.Unavailable));
        Assert.Empty(_shop.Parked);
        AssertMoved("B");
    }

    [Fact]
    public void NewKeysEarlierRow_ReadAfterTheMove_DoesNotTouchTheRowThatMovedIn()
    {
        _shop.Deliver(
            DeleteHalf, Change.Product(12, 2, "earlier", ChangeOp.Create) with { Partition = 1 }, Change.Delete(14, "products", 2) with { Partition = 1 }, CreateHalf);
        AssertMoved("B");
    }

    [Fact]
    public void NewKeysEarlierRow_WhoseDeleteIsReadAfterTheMove_IsRetiredFirst()
    {
        var shop = new Shop();
        shop.Deliver(Change.Customer(10, 1, "mover@x", ChangeOp.Create), Change.Customer(11, 2, "earlier@x", ChangeOp.Create) with { Partition = 1 });
        var mover = shop.State(new EntityKey("customer", new TableId("public", "customers"), "1")).StripeId;
        shop.Deliver(
            Change.Delete(20, "customers", 1) with { NewKey = Change.IdOf(2) }, Change.Delete(15, "customers", 2) with { Partition = 1 },
            Change.Customer(20, 2, "mover@x", ChangeOp.Create) with { OldKey = Change.IdOf(1), Partition = 1 });
        Assert.Equal(mover, Assert.Single(shop.Stripe.Objects).Key);
    }

    [Fact]
    public void EventsThatCameWhileTheMovedRowWasRetired_AnotherProcessWroteItMeanwhile_AreSettled()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Product(40, 2, "B", ChangeOp.Create), Change.Customer(9, 5, "a@shop.example", ChangeOp.Create));
        _shop.Budget = new BudgetOptions(1000, 1000, 0, MaxConcurrency: 1);
        _shop.Stripe.Latency = TimeSpan.FromSeconds(5);
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(5), _shop.Time);
        _shop.Deliver(
            source =>
            {
                Change.Customer(20, 5, "b@shop.example").AddTo(source);
                source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
                (Change.Delete(30, "products", 1) with { NewKey = Change.IdOf(2) }).AddTo(source);
                source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
                (Change.Product(1, 1, "A") with { Partition = 1 }).AddTo(source);
                source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
                source.Then(() => _shop.Store.WriteAsync(new StateBatch { Entities = [_shop.State(Shop.Product(1))] }, default));
            },
            stop.Token);

        Assert.Equal(1, _shop.Source.Commits.LastOrDefault(c => c.Partition == new PartitionId("shop.public.products", 1)).Next);
        Assert.Equal(FieldValue.Of(false), _shop.Stripe["shop_1"].Members["active"]);
    }

    private void AssertMoved(string name)
    {
        var only = Assert.Single(_shop.Stripe.Objects);
        Assert.Equal("shop_1", only.Key);
        Assert.Equal(FieldValue.Of(name), only.Value.Members["name"]);
        Assert.Equal("shop_1", _shop.State(Shop.Product(2)).StripeId);
        Assert.Equal(EntityPhase.Linked, _shop.State(Shop.Product(2)).Phase);
        Assert.Equal(EntityPhase.Renamed, _shop.State(Shop.Product(1)).Phase);
    }
}
