using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>A customer's key changed from 1 to 2. Another was born under 1 later, and its key changed to 3: that is read before its birth.</summary>
public sealed class RetiredKeyTests
{
    private readonly Shop _shop = new();

    private static Change FirstMove => Change.Customer(20, 2, "first@x", ChangeOp.Create) with { OldKey = Change.IdOf(1), Partition = 2 };

    private static Change SecondBorn => Change.Customer(30, 1, "second@x", ChangeOp.Create) with { Partition = 1 };

    private static Change SecondMove => Change.Customer(40, 3, "second@x", ChangeOp.Create) with { OldKey = Change.IdOf(1), Partition = 3 };

    private static Change SecondMoveAway => Change.Delete(40, "customers", 1) with { NewKey = Change.IdOf(3), Partition = 1 };

    private int Created => _shop.Stripe.Writes.Count(w => w.Path == "/v1/customers");

    [Fact]
    public void LaterRowsMoveIsReadBeforeItsBirth_RowHasOneObject()
    {
        _shop.Deliver(Change.Customer(10, 1, "first@x", ChangeOp.Create) with { Partition = 1 }, FirstMove);
        _shop.Deliver(SecondMove);
        _shop.Deliver(SecondBorn, SecondMoveAway);
        Assert.Equal(2, Created);
        AssertHolds(2, "first@x");
        AssertHolds(3, "second@x");
        Assert.Equal((EntityPhase.Renamed, null), (_shop.State(Customer(1)).Phase, _shop.State(Customer(1)).StripeId));
    }

    [Fact]
    public void LaterRowsMoveIsReadBeforeItsBirth_InAnotherLog_RowHasOneObject()
    {
        _shop.Deliver(Change.Customer(110, 1, "first@x", ChangeOp.Create) with { Partition = 1, At = 10 }, FirstMove with { Lsn = 120, At = 20 });
        _shop.Deliver(SecondMove);
        _shop.Deliver(SecondBorn, SecondMoveAway);
        Assert.Equal(2, Created);
        AssertHolds(3, "second@x");
    }

    [Fact]
    public void ThirdRowIsBornUnderTheKey_HasAnObjectOfItsOwn()
    {
        _shop.Deliver(Change.Customer(10, 1, "first@x", ChangeOp.Create) with { Partition = 1 }, FirstMove, SecondMove);
        _shop.Deliver(SecondBorn, SecondMoveAway, Change.Customer(50, 1, "third@x", ChangeOp.Create) with { Partition = 1 });
        Assert.Equal(3, Created);
        AssertHolds(1, "third@x");
    }

    [Fact]
    public void OlderMoveToTheKey_IsReadBehindTheLaterOne_ObjectFindsItsRow()
    {
        _shop.Deliver(Change.Customer(5, 9, "first@x", ChangeOp.Create));
        _shop.Deliver(FirstMove, SecondMove, Change.Customer(15, 1, "first@x", ChangeOp.Create) with { OldKey = Change.IdOf(9), Partition = 1 });
        Assert.Equal(2, Created);
        AssertHolds(2, "first@x");
        AssertHolds(3, "second@x");
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void MoveToTheKeyFromAfterTheEarlierRowsWay_DoesNotGoThatWay()
    {
        _shop.Deliver(Change.Customer(5, 9, "second@x", ChangeOp.Create));
        var second = Assert.Single(_shop.Stripe.Objects).Key;
        _shop.Deliver(FirstMove, SecondMove, Change.Customer(25, 1, "second@x", ChangeOp.Create) with { OldKey = Change.IdOf(9), Partition = 1 });
        AssertHolds(2, "first@x");
        Assert.NotEqual(second, _shop.State(Customer(2)).StripeId);
        AssertHolds(3, "second@x");
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void MoveReadBeforeTheBirth_LeavesOutAColumn_BirthIsWaitedFor()
    {
        _shop.Deliver(Change.Product(10, 1, "A", ChangeOp.Create) with { Partition = 1 }, Change.Product(20, 2, "A", ChangeOp.Create) with { OldKey = Change.IdOf(1), Partition = 2 });
        _shop.Deliver(
            (Change.Product(40, 3, "B", ChangeOp.Create) with { OldKey = Change.IdOf(1), Partition = 3 }).With("description", ColumnValue.Unavailable),
            Change.Product(30, 1, "B", ChangeOp.Create).With("description", ColumnValue.Of("long")) with { Partition = 1 },
            SecondMoveAway with { Table = "products" });
        Assert.Empty(_shop.Parked);
        Assert.Equal(FieldValue.Of("long"), _shop.Stripe[_shop.State(Shop.Product(3)).StripeId!].Members["description"]);
        Assert.Equal(2, _shop.Stripe.Active("shop_").Count);
    }

    [Fact]
    public void ChildOfTheLaterRow_IsNotMadeUnderTheEarlierRowsObject()
    {
        _shop.Deliver(Change.Product(10, 1, "A", ChangeOp.Create) with { Partition = 1 }, Change.Product(20, 2, "A", ChangeOp.Create) with { OldKey = Change.IdOf(1), Partition = 2 });
        _shop.Deliver(Change.Product(40, 3, "B", ChangeOp.Create) with { OldKey = Change.IdOf(1), Partition = 3 });
        _shop.Deliver(Change.Price(15, 7, 1, "7.00", ChangeOp.Create), Change.Price(35, 8, 1, "8.00", ChangeOp.Create));
        Assert.Equal(_shop.State(Shop.Product(2)).StripeId, _shop.State(Shop.Price(7)).ParentStripeId);
        Assert.Equal((ParkReason.Parent, Shop.Price(8)), (Assert.Single(_shop.Parked).Reason, _shop.Parked[0].Key));
        _shop.Deliver(Change.Price(41, 8, 3, "8.00"));
        Assert.Equal(_shop.State(Shop.Product(3)).StripeId, _shop.State(Shop.Price(8)).ParentStripeId);
        Assert.Equal(2, _shop.Stripe.Active("price_").Count);
    }

    private static EntityKey Customer(int id) => new("customer", new TableId("public", "customers"), id.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private void AssertHolds(int id, string email) => Assert.Equal(FieldValue.Of(email), _shop.Stripe[_shop.State(Customer(id)).StripeId!].Members["email"]);
}
