using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Control;

public sealed class AdoptionTests
{
    private static readonly Controls Adopt = new(false, "", false, "", 0) { Adopt = true };
    private readonly Shop _shop = new();

    [Fact]
    public void ForeignObjectWithTheChosenId_IsLinked_AndOnlyWhatDiffersIsSent()
    {
        Put("shop_1", "id=shop_1&name=Theirs&description=d&active=true&metadata[theirs]=kept");
        _shop.Control(Adopt);
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        Assert.Equal("shop_1", _shop.State(Shop.Product(1)).StripeId);
        var update = Assert.Single(_shop.Stripe.Writes);
        Assert.Equal("/v1/products/shop_1", update.Path);
        Assert.Equal(FieldValue.Of("A"), _shop.Stripe["shop_1"].Members["name"]);
        Assert.Equal(FieldValue.Of("kept"), ((FieldValue.Object)_shop.Stripe["shop_1"].Members["metadata"]).Members["theirs"]);
        Assert.Equal("adopt", _shop.Store.Audit[0].Kind);
    }

    [Fact]
    public void RowWithoutAnObject_WaitsUnderAdoptAlone_AfterARestartToo()
    {
        Put("shop_1", "id=shop_1&name=A");
        _shop.Control(Adopt);
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Product(2, 2, "B", ChangeOp.Create));
        _shop.Deliver();
        var waiting = Assert.Single(_shop.Parked);
        Assert.Equal((Shop.Product(2), ParkReason.Paused), (waiting.Key, waiting.Reason));
        Assert.False(_shop.Stripe.Objects.ContainsKey("shop_2"));
        _shop.Control(Adopt with { CreateAll = true });
        _shop.Deliver();
        Assert.Empty(_shop.Parked);
        Assert.True(_shop.Stripe.Objects.ContainsKey("shop_2"));
    }

    [Fact]
    public void ForeignPriceWithTheLookupKey_IsLinked_AndSucceededWhereItsAmountDiffers()
    {
        Put("shop_1", "id=shop_1&name=A&metadata[cdc_key]=public.products/1");
        Put("price_theirs", "id=price_theirs&product=shop_1&currency=usd&unit_amount_decimal=500&lookup_key=gold&active=true");
        _shop.Control(Adopt);
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Price(2, 7, 1, "6.00", ChangeOp.Create).With("lookup_key", ColumnValue.Of("gold")));
        var state = _shop.State(Shop.Price(7));
        Assert.Equal("price_theirs", Assert.Single(state.Predecessors));
        Assert.Equal(FieldValue.Of("600"), Assert.Single(_shop.Stripe.Active("price_")).Members["unit_amount_decimal"]);
    }

    [Fact]
    public void ForeignPriceOfAnotherProduct_IsNotTaken()
    {
        Put("shop_1", "id=shop_1&name=A&metadata[cdc_key]=public.products/1");
        Put("price_theirs", "id=price_theirs&product=shop_9&currency=usd&unit_amount_decimal=500&lookup_key=gold&active=true");
        _shop.Control(Adopt);
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Price(2, 7, 1, "5.00", ChangeOp.Create).With("lookup_key", ColumnValue.Of("gold")));
        Assert.Null(_shop.State(Shop.Price(7)).StripeId);
        Assert.Equal(ParkReason.Paused, Assert.Single(_shop.Parked).Reason);
    }

    [Fact]
    public void StoreIsNew_OwnObjectsAreFound_ThePredecessorIsNotTaken()
    {
        Put("shop_1", "id=shop_1&name=A&description=d&active=true&metadata[cdc_key]=public.products/1");
        Put("price_new", "id=price_new&product=shop_1&currency=usd&unit_amount_decimal=600&active=true&metadata[cdc_key]=public.prices/7");
        Put("price_old", "id=price_old&product=shop_1&currency=usd&unit_amount_decimal=500&active=false&metadata[cdc_key]=public.prices/7");
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Price(2, 7, 1, "6.00", ChangeOp.Create), Change.Product(3, 2, "B", ChangeOp.Create));
        Assert.Equal("price_new", _shop.State(Shop.Price(7)).StripeId);
        Assert.Equal("/v1/products", Assert.Single(_shop.Stripe.Writes, w => w.IdempotencyKey is not null && w.Path is "/v1/products" or "/v1/prices").Path);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void SeveralActiveObjectsWithTheRowsKey_AreAConflictForAPerson()
    {
        Put("price_1", "id=price_1&product=shop_1&currency=usd&unit_amount_decimal=600&active=true&metadata[cdc_key]=public.prices/7");
        Put("price_2", "id=price_2&product=shop_1&currency=usd&unit_amount_decimal=500&active=true&metadata[cdc_key]=public.prices/7");
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Price(2, 7, 1, "6.00", ChangeOp.Create));
        var parked = Assert.Single(_shop.Parked);
        Assert.Equal(ParkReason.Conflict, parked.Reason);
        Assert.Contains("price_1, price_2", parked.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ObjectThatStillCarriesItsRowsFormerKey_IsNotTheNewRowsOfThatKey()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Price(2, 8, 1, "5.00", ChangeOp.Create));
        var moved = _shop.State(Shop.Price(8)).StripeId!;
        Put(moved, "id=" + moved + "&product=shop_1&currency=usd&unit_amount_decimal=500&active=true&metadata[cdc_key]=public.prices/7");
        _shop.Control(Adopt with { CreateAll = true });
        _shop.Deliver(Change.Price(3, 7, 1, "6.00", ChangeOp.Create));
        Assert.Empty(_shop.Parked);
        Assert.NotEqual(moved, _shop.State(Shop.Price(7)).StripeId);
        Assert.Equal(2, _shop.Stripe.Active("price_").Count);
    }

    [Fact]
    public void ChosenIdOfAnotherRow_IsNeverTaken()
    {
        Put("shop_1", "id=shop_1&name=A&metadata[cdc_key]=public.products/99");
        _shop.Control(Adopt);
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        Assert.Equal(ParkReason.Conflict, Assert.Single(_shop.Parked).Reason);
        Assert.Empty(_shop.Stripe.Writes);
    }

    [Fact]
    public void CustomerDeletedSinceItWasListed_IsNotLinked()
    {
        Put("cus_theirs", "id=cus_theirs&email=a@x&metadata[cdc_key]=public.customers/5");
        var deleted = Parameters.Empty.With("id", FieldValue.Of("cus_theirs")).With("deleted", FieldValue.Of(true));
        _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Get, "/v1/customers/cus_theirs", new StripeOutcome.Success(deleted, null, false)));
        _shop.Control(Adopt with { CreateAll = true });
        _shop.Deliver(Change.Customer(1, 5, "a@x", ChangeOp.Create));
        Assert.Empty(_shop.Stripe.Faults);
        Assert.Equal("cus_1", Assert.Single(_shop.Store.Entities).StripeId);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void ListFailsForAWhile_TheQuestionIsStillAsked()
    {
        Put("shop_99", "id=shop_99&name=Theirs");
        _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Get, "/v1/products", InMemoryStripe.Refused(500, "api_error", null, null, "no")));
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        Assert.Equal(ParkReason.Paused, Assert.Single(_shop.Parked).Reason);
    }

    private void Put(string id, string form) => _shop.Stripe.Objects[id] = FormText.Merge(Parameters.Empty, form);
}
