using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>Plans that rest on what Stripe shows.</summary>
public sealed class ReadTests
{
    private readonly Shop _shop = new()
    {
        Yaml = Shop.Mapping + """

              product_feature:
                from: public.product_features
                key: [id]
                parent: { product: product_id }
                fields:
                  entitlement_feature: { column: feature, owner: shared, on_conflict: ask }
              coupon:
                from: public.coupons
                key: [id]
                fields:
                  percent_off: { column: percent }
                  duration: once
            """,
    };

    [Fact]
    public void SharedFeature_IsReadUnderItsProduct()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Feature(2, "feat_a"));
        _shop.Deliver(Feature(3, "feat_b"));
        Assert.Contains(_shop.Stripe.Requests, r => r is { Method: StripeMethod.Get, Path: "/v1/products/shop_1/features/prodft_1" });
        Assert.Equal(ParkReason.Held, Assert.Single(_shop.Parked).Reason);
    }

    [Fact]
    public void Coupon_CannotChange_IsReadWhole_AndMadeAnewOnceItIsDeletedInStripe()
    {
        _shop.Deliver(Coupon(1, 10));
        _shop.Deliver(Coupon(2, 20));
        Assert.Equal("expand[0]=applies_to&expand[1]=currency_options", Assert.Single(_shop.Stripe.Requests, r => r.Method == StripeMethod.Get && r.Path.StartsWith("/v1/coupons/", StringComparison.Ordinal)).Form);
        Assert.Equal(ParkReason.Held, Assert.Single(_shop.Parked).Reason);
        _shop.Stripe.Objects.Clear();
        _shop.Deliver(Coupon(3, 30));
        Assert.Empty(_shop.Parked);
        Assert.Equal(FieldValue.Of("30"), Assert.Single(_shop.Stripe.Objects).Value.Members["percent_off"]);
    }

    [Fact]
    public void DefaultPriceOfAProductThatARuleNames_MovesWithItsAmount()
    {
        _shop.Yaml = Shop.Mapping.Replace("parent: { product: product_id }", "", StringComparison.Ordinal).Replace("      currency: { column: currency }", "      product: { column: stripe_product }\n      currency: { column: currency }", StringComparison.Ordinal);
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Price(2, "5.00", ChangeOp.Create));
        _shop.Deliver(Price(3, "6.00"));
        Assert.Equal(FieldValue.Of("600"), Assert.Single(_shop.Stripe.Active("price_")).Members["unit_amount_decimal"]);
        Assert.Equal(FieldValue.Of(_shop.State(Shop.Price(7)).StripeId!), _shop.Stripe["shop_1"].Members["default_price"]);
        _shop.Deliver(Change.Delete(4, "prices", 7));
        Assert.Empty(_shop.Stripe.Active("price_"));
        Assert.Empty(_shop.Parked);
    }

    private static Change Price(ulong lsn, string amount, ChangeOp op = ChangeOp.Update) => Change.Price(lsn, 7, 1, amount, op, isDefault: true).With("stripe_product", ColumnValue.Of("shop_1"));

    private static Change Feature(ulong lsn, string feature) => Row("product_features", lsn, ("product_id", ColumnValue.Of(1)), ("feature", ColumnValue.Of(feature)));

    private static Change Coupon(ulong lsn, int percent) => Row("coupons", lsn, ("percent", ColumnValue.Of(percent)));

    private static Change Row(string table, ulong lsn, params (string, ColumnValue)[] columns) =>
        new(lsn == 1 ? ChangeOp.Create : ChangeOp.Update, table, lsn, Core.Values.Row.Of([("id", ColumnValue.Of(5)), .. columns])) { Key = Change.IdOf(5) };
}
