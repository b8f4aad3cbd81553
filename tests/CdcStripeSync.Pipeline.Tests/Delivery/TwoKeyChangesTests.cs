using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>A customer's key changed from 1 to 2, and from 2 to 3. The keys stand in three partitions, and the second change is read first.</summary>
public sealed class TwoKeyChangesTests
{
    private readonly Shop _shop = new();

    private static Change Created => Change.Customer(10, 1, "a@x", ChangeOp.Create) with { Partition = 1 };

    private static Change FirstMove => Change.Customer(20, 2, "a@x", ChangeOp.Create) with { OldKey = Change.IdOf(1), Partition = 2 };

    private static Change FirstMoveAway => Change.Delete(20, "customers", 1) with { NewKey = Change.IdOf(2), Partition = 1 };

    private static Change SecondMove => Change.Customer(30, 3, "c@x", ChangeOp.Create) with { OldKey = Change.IdOf(2) };

    private static Change SecondMoveAway => Change.Delete(30, "customers", 2) with { NewKey = Change.IdOf(3), Partition = 2 };

    [Fact]
    public void SecondChangeReadFirst_ObjectGoesToTheNewestKey()
    {
        _shop.Deliver(Created);
        _shop.Deliver(SecondMove, FirstMove, SecondMoveAway, FirstMoveAway);
        AssertOneObject();
    }

    [Fact]
    public void SecondChangeReadFirst_AwayHalfOfTheFirstComes_ObjectGoesToTheNewestKey()
    {
        _shop.Deliver(Created);
        _shop.Deliver(SecondMove, FirstMoveAway);
        AssertOneObject();
    }

    [Fact]
    public void SecondChangeReadFirst_NothingIsMadeMeanwhile_AndTheRowSaysWhatItWaitsFor()
    {
        _shop.Deliver(Created);
        _shop.Deliver(source =>
        {
            SecondMove.AddTo(source);
            (Change.Customer(40, 3, "d@x") with { Partition = 0 }).AddTo(source);
            source.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromSeconds(20));
                var waits = Assert.Single(_shop.Parked);
                Assert.Equal((ParkReason.KeyChange, Customer(3)), (waits.Reason, waits.Key));
                Assert.Contains("customers/2", waits.Message, StringComparison.Ordinal);
                Assert.Single(_shop.Stripe.Objects);
            });
            FirstMove.AddTo(source);
        });
        AssertOneObject("d@x");
    }

    [Fact]
    public void WhatTheRowWaitsFor_NeverComes_ItGetsAnObjectAfterAWhile()
    {
        _shop.Deliver(source =>
        {
            SecondMove.AddTo(source);
            source.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromSeconds(29));
                Assert.Empty(_shop.Stripe.Objects);
                await _shop.Time.Wait(TimeSpan.FromSeconds(10));
                Assert.Single(_shop.Stripe.Objects);
                Assert.Empty(_shop.Parked);
            });
        });
    }

    [Fact]
    public void SourceEnds_NobodyWaitsAnyLonger()
    {
        var began = _shop.Time.GetUtcNow();
        _shop.Deliver(SecondMove);
        Assert.Single(_shop.Stripe.Objects);
        Assert.InRange(_shop.Time.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void RowBeganUnderTheOldKey_GoesOnAtOnce()
    {
        _shop.Deliver(source =>
        {
            SecondMove.AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            (Change.Customer(20, 2, "a@x", ChangeOp.Create) with { Partition = 2 }).AddTo(source);
            source.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromSeconds(2));
                Assert.Empty(_shop.Parked);
                Assert.Equal(FieldValue.Of("c@x"), Assert.Single(_shop.Stripe.Objects).Value.Members["email"]);
            });
        });
    }

    [Fact]
    public void FirstKeyNeverHadAnObject_GoesOnAtOnce()
    {
        _shop.Deliver(Created, Change.Delete(11, "customers", 1) with { Partition = 1 });
        _shop.Stripe.Objects.Clear();
        _shop.Deliver(source =>
        {
            SecondMove.AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            FirstMove.AddTo(source);
            source.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromSeconds(2));
                Assert.Empty(_shop.Parked);
                Assert.Single(_shop.Stripe.Objects);
            });
        });
    }

    [Fact]
    public void FirstKeysRowWaitsForItsProduct_SoDoesTheNewestKeys_AndIsMadeOnce()
    {
        _shop.Deliver(source =>
        {
            (Change.Price(10, 1, 9, "5.00", ChangeOp.Create) with { Partition = 1 }).AddTo(source);
            (Change.Price(30, 3, 9, "5.00", ChangeOp.Create) with { OldKey = Change.IdOf(2) }).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            (Change.Price(20, 2, 9, "5.00", ChangeOp.Create) with { OldKey = Change.IdOf(1), Partition = 2 }).AddTo(source);
            source.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromSeconds(2));
                Assert.Equal((ParkReason.Parent, Shop.Price(3)), (Assert.Single(_shop.Parked).Reason, _shop.Parked[0].Key));
            });
            Change.Product(40, 9, "P", ChangeOp.Create).AddTo(source);
        });
        Assert.Single(_shop.Stripe.Active("price_"));
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void OldKeysRecordIsReadWhileTheRowMovesOn_WaitIsOverUnderTheNewestKeyToo()
    {
        var moves = false;
        _shop.Store.Loading = keys =>
        {
            if (moves || !keys.Contains(Customer(4))) return Task.CompletedTask;
            moves = true;
            return _shop.Time.Wait(TimeSpan.FromSeconds(5));
        };
        _shop.Deliver(source =>
        {
            SecondMove.AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            (Change.Customer(40, 4, "c@x", ChangeOp.Create) with { OldKey = Change.IdOf(3), Partition = 3 }).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            (Change.Customer(20, 2, "a@x", ChangeOp.Create) with { Partition = 2 }).AddTo(source);
            source.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromSeconds(10));
                Assert.True(moves);
                Assert.Empty(_shop.Parked);
                Assert.Single(_shop.Stripe.Objects);
            });
        });
    }

    [Fact]
    public void ThirdChangeComesWhileItWaits_WaitGoesAlong_AndTheObjectToo()
    {
        _shop.Deliver(Created);
        _shop.Deliver(
            SecondMove, Change.Customer(40, 4, "c@x", ChangeOp.Create) with { OldKey = Change.IdOf(3), Partition = 3 }, FirstMove);
        var customer = Assert.Single(_shop.Stripe.Objects);
        Assert.Equal((customer.Key, EntityPhase.Linked), (_shop.State(Customer(4)).StripeId, _shop.State(Customer(4)).Phase));
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void StoppedWhileTheRowWaits_NextStartGivesItTheObject()
    {
        _shop.Deliver(Created);
        using var stop = new CancellationTokenSource();
        _shop.Deliver(
            source =>
            {
                SecondMove.AddTo(source);
                source.Then(async () =>
                {
                    await _shop.Time.Wait(TimeSpan.FromSeconds(2));
                    stop.Cancel();
                });
            },
            stop.Token);
        Assert.Single(_shop.Parked);
        _shop.Deliver(FirstMove, FirstMoveAway, SecondMoveAway);
        AssertOneObject();
    }

    [Fact]
    public void RowGoesWhileItWaits_ItsObjectGoes()
    {
        _shop.Deliver(Created);
        _shop.Deliver(SecondMove, Change.Delete(40, "customers", 3), FirstMove);
        Assert.Empty(_shop.Stripe.Objects);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void KeyChangesReadInOrder_NothingWaits()
    {
        _shop.Deliver(source =>
        {
            foreach (var change in new[] { Created, FirstMove, SecondMove }) change.AddTo(source);
            source.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromSeconds(2));
                Assert.Empty(_shop.Parked);
            });
        });
        AssertOneObject();
    }

    private static EntityKey Customer(int id) => new("customer", new TableId("public", "customers"), id.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private void AssertOneObject(string email = "c@x")
    {
        var customer = Assert.Single(_shop.Stripe.Objects);
        Assert.Equal(FieldValue.Of(email), customer.Value.Members["email"]);
        Assert.Equal((customer.Key, EntityPhase.Linked), (_shop.State(Customer(3)).StripeId, _shop.State(Customer(3)).Phase));
        Assert.All(new[] { 1, 2 }, id => Assert.Null(_shop.State(Customer(id)).StripeId));
        Assert.Empty(_shop.Parked);
    }
}
