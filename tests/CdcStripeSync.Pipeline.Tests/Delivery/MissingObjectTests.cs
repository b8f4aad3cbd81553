using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>An object is gone where Stripe itself says so, and not where something else answers 404.</summary>
public sealed class MissingObjectTests
{
    private static readonly StripeOutcome Proxys = InMemoryStripe.Refused(404, "", null, null, "HTTP 404 without Stripe's error body");
    private static readonly StripeOutcome UnknownAddress = InMemoryStripe.Refused(404, "invalid_request_error", null, null, "Unrecognized request URL (POST: /v1/x).");
    private readonly Shop _shop = new();

    public static TheoryData<bool> Answers => [true, false];

    [Fact]
    public void CustomerDeletedInStripe_NextChange_MakesItAnew()
    {
        _shop.Deliver(Change.Customer(1, 5, "a@x", ChangeOp.Create));
        _shop.Stripe.Objects.Clear();
        _shop.Deliver(Change.Customer(2, 5, "b@x"));
        Assert.Equal(FieldValue.Of("b@x"), Assert.Single(_shop.Stripe.Objects).Value.Members["email"]);
        Assert.Empty(_shop.Parked);
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void Update_AnsweredBySomethingElse_IsTriedAgain(bool isProxys)
    {
        _shop.Deliver(Change.Customer(1, 5, "a@x", ChangeOp.Create));
        Fail(StripeMethod.Post, "/v1/customers/cus_1", isProxys);
        _shop.Deliver(Change.Customer(2, 5, "b@x"));
        Assert.Equal(FieldValue.Of("b@x"), _shop.Stripe["cus_1"].Members["email"]);
        Assert.Single(_shop.Stripe.Objects);
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void Archive_AnsweredBySomethingElse_IsTriedAgain(bool isProxys)
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Price(2, 7, 1, "5.00", ChangeOp.Create));
        Fail(StripeMethod.Post, "/v1/prices/price_1", isProxys);
        _shop.Deliver(Change.Delete(3, "prices", 7));
        Assert.Empty(_shop.Stripe.Active("price_"));
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void Delete_AnsweredBySomethingElse_IsTriedAgain(bool isProxys)
    {
        _shop.Deliver(Change.Customer(1, 5, "a@x", ChangeOp.Create));
        Fail(StripeMethod.Delete, "/v1/customers/cus_1", isProxys);
        _shop.Deliver(Change.Delete(2, "customers", 5));
        Assert.Empty(_shop.Stripe.Objects);
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void LookForWhatACreateMade_AnsweredBySomethingElse_IsLookedForAgain(bool isProxys)
    {
        _shop.Stripe.Faults.Add(new Fault(FaultKind.FailAfterWrite, StripeMethod.Post, "/v1/products", InMemoryStripe.Refused(500, "api_error", null, null, "Something went wrong.")));
        Fail(StripeMethod.Get, "/v1/products/shop_1", isProxys);
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        Assert.Equal("shop_1", _shop.State(Shop.Product(1)).StripeId);
        Assert.Empty(_shop.Parked);
        Assert.Empty(_shop.Stripe.Faults);
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void Read_AnsweredBySomethingElse_IsReadAgain(bool isProxys)
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Price(2, 7, 1, "5.00", ChangeOp.Create));
        _shop.Stripe.Objects["price_1"] = FormText.Merge(_shop.Stripe["price_1"], "tax_behavior=exclusive");
        Fail(StripeMethod.Get, "/v1/prices/price_1", isProxys);
        _shop.Deliver(Change.Price(3, 7, 1, "6.00"));
        Assert.Equal(FieldValue.Of("exclusive"), Assert.Single(_shop.Stripe.Active("price_")).Members["tax_behavior"]);
    }

    [Fact]
    public void RowsOfAResourceThatTheAccountLacks_WaitForAPerson_OthersGoOn()
    {
        _shop.Options = _shop.Options with { MaxLanes = 4 };
        for (var i = 0; i < 200; i++) Fail(StripeMethod.Post, "/v1/customers", isProxys: false);
        _shop.Deliver(source =>
        {
            for (var i = 1; i <= 5; i++) Change.Customer((ulong)i, i, "a@x", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            Change.Product(10, 1, "A", ChangeOp.Create).AddTo(source);
            source.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromMinutes(1));
                Assert.Equal("shop_1", Assert.Single(_shop.Stripe.Objects).Key);
            });
        });
        Assert.Equal(5, _shop.Parked.Count(p => p.Reason == ParkReason.NeedsPerson));
        Assert.All(_shop.Store.Entities, e => Assert.Null(e.Intent));
    }

    [Fact]
    public void AnswerWasLost_AndNowStripeDoesNotKnowTheAddress_ObjectIsFoundLater()
    {
        _shop.Stripe.Faults.Add(new Fault(FaultKind.LoseAnswer, StripeMethod.Post, "/v1/customers"));
        for (var i = 0; i < 6; i++) Fail(StripeMethod.Post, "/v1/customers", isProxys: false);
        _shop.Deliver(Change.Customer(1, 5, "a@x", ChangeOp.Create));
        Assert.Equal(ParkReason.NeedsPerson, Assert.Single(_shop.Parked).Reason);
        _shop.Deliver();
        Assert.Equal("cus_1", Assert.Single(_shop.Store.Entities).StripeId);
        Assert.Single(_shop.Stripe.Objects);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void SomethingElseAnswersInStripesPlace_IsToldOnce_UntilStripeAnswersAgain()
    {
        for (var i = 0; i < 3; i++) Fail(StripeMethod.Post, "/v1/customers", isProxys: true);
        _shop.Deliver(Change.Customer(1, 5, "a@x", ChangeOp.Create), Change.Customer(1, 6, "b@x", ChangeOp.Create));
        Assert.Contains("answers in its place", Assert.Single(_shop.Notes.Alarms), StringComparison.Ordinal);
        Fail(StripeMethod.Post, "/v1/customers", isProxys: true);
        _shop.Deliver(Change.Customer(2, 7, "c@x", ChangeOp.Create));
        Assert.Equal(2, _shop.Notes.Alarms.Count);
    }

    [Fact]
    public void ProductDeletedInStripe_ItsPriceBecomesTheDefault_RowWaitsForAPerson()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Price(2, 7, 1, "5.00", ChangeOp.Create));
        _shop.Stripe.Objects.Remove("shop_1");
        _shop.Deliver(Change.Price(3, 7, 1, "5.00", isDefault: true));
        var waiting = Assert.Single(_shop.Parked);
        Assert.Equal((Shop.Price(7), ParkReason.NeedsPerson), (waiting.Key, waiting.Reason));
        Assert.Contains("product was deleted", waiting.Hint, StringComparison.Ordinal);
    }

    private void Fail(StripeMethod method, string path, bool isProxys) => _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, method, path, isProxys ? Proxys : UnknownAddress));
}
