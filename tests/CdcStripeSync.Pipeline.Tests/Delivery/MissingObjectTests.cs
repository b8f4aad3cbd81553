using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
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

    [Theory]
    [InlineData(204)]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(407)]
    [InlineData(408)]
    public void AnswerWasLost_AndNowSomethingElseAnswers_ObjectIsLinkedWithoutAPerson(int status)
    {
        _shop.Stripe.Faults.Add(new Fault(FaultKind.LoseAnswer, StripeMethod.Post, "/v1/customers"));
        _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, "/v1/customers", InMemoryStripe.Refused(status, "", null, null, $"HTTP {status} without Stripe's error body")));
        _shop.Deliver(Change.Customer(1, 5, "a@x", ChangeOp.Create));
        Assert.Equal("cus_1", Assert.Single(_shop.Store.Entities).StripeId);
        Assert.Single(_shop.Stripe.Objects);
        Assert.Empty(_shop.Parked);
        Assert.Contains("answers in its place", Assert.Single(_shop.Notes.Alarms), StringComparison.Ordinal);
    }

    [Fact]
    public void AnswerWasLost_AndSomethingElseAnswersForLong_RowGoesOnByItself()
    {
        _shop.Stripe.Faults.Add(new Fault(FaultKind.LoseAnswer, StripeMethod.Post, "/v1/customers"));
        for (var i = 0; i < 6; i++) _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, "/v1/customers", InMemoryStripe.Refused(400, "", null, null, "HTTP 400 without Stripe's error body")));
        _shop.Deliver(source =>
        {
            Change.Customer(1, 5, "a@x", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(3)));
        });
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

    [Theory]
    [InlineData("name", "its name changes")]
    [InlineData("percent", "20")]
    public void CouponDeletedInStripe_IsMadeAnew_ItsCodesGoWithIt(string column, string value)
    {
        var shop = new Shop { Yaml = Coupons };
        shop.Deliver(Coupon(1), Code(2));
        shop.Stripe.Objects.Remove("c1");
        shop.Deliver(Coupon(3, ChangeOp.Update).With(column, ColumnValue.Of(value)));
        AssertCodeIsUnder(shop, "c1-g2");
    }

    [Fact]
    public void CouponsRowWentWithItsObject_AndIsThereAgain_ItsCodesGoWithIt()
    {
        var shop = new Shop { Yaml = Coupons };
        shop.Deliver(Coupon(1), Code(2));
        shop.Deliver(Change.Delete(3, "coupons", 1));
        Assert.Equal("coupon/1", Assert.Single(shop.Parked).WaitsFor);
        shop.Deliver(Coupon(4));
        AssertCodeIsUnder(shop, "c1-g2");
    }

    private const string Coupons = """
        version: 1
        resources:
          coupon:
            from: public.coupons
            key: [id]
            stripe_id: "c{id}"
            on_delete: delete
            fields:
              name: { column: name }
              percent_off: { column: percent, convert: decimal }
              duration: once
          promotion_code:
            from: public.codes
            key: [id]
            parent: { coupon: coupon_id }
            fields:
              promotion.type: coupon
              code: { column: code }
        """;

    private static Change Coupon(ulong lsn, ChangeOp op = ChangeOp.Create) => Of("coupons", lsn, 1, op, ("name", ColumnValue.Of("Half")), ("percent", ColumnValue.Of("10")));

    private static Change Code(ulong lsn) => Of("codes", lsn, 5, ChangeOp.Create, ("coupon_id", ColumnValue.Of(1)), ("code", ColumnValue.Of("TEA")));

    private static Change Of(string table, ulong lsn, int id, ChangeOp op, params (string, ColumnValue)[] columns) =>
        new(op, table, lsn, Row.Of([("id", ColumnValue.Of(id)), .. columns])) { Key = Change.IdOf(id) };

    private static void AssertCodeIsUnder(Shop shop, string coupon)
    {
        var code = Assert.Single(shop.Stripe.Active("promotion_codes"));
        Assert.Equal(("TEA", FieldValue.Of(coupon)), (code.Text("code"), code.At(FieldPath.Parse("promotion.coupon"))));
        Assert.Contains(coupon, shop.Stripe.Objects.Keys);
        Assert.Empty(shop.Parked);
    }

    private void Fail(StripeMethod method, string path, bool isProxys) => _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, method, path, isProxys ? Proxys : UnknownAddress));
}
