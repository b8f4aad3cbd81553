using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>A promotion code's code or a meter's event name, which Stripe has among the active ones once only, goes from one row to another.</summary>
public sealed class SoleValueTests
{
    private static readonly EntityKey Second = new("promotion_code", new TableId("public", "codes"), "2");

    private readonly Shop _shop = new()
    {
        Yaml = """
            version: 1
            resources:
              promotion_code:
                from: public.codes
                key: [id]
                fields:
                  promotion.coupon: half
                  promotion.type: coupon
                  code: { column: code }
              billing.meter:
                from: public.meters
                key: [id]
                fields:
                  display_name: { column: code }
                  event_name: { column: code }
                  default_aggregation.formula: sum
            """,
    };

    public SoleValueTests() => _shop.Deliver(Code(1, 1, "TEA"));

    [Fact]
    public void CodeIsStillAnothers_RowWaits_AndGoesOnWhenThatOneIsArchived()
    {
        _shop.Deliver(Code(20, 2, "tea"));
        Assert.Equal((ParkReason.Conflict, "promotion_code.code/TEA"), (Assert.Single(_shop.Parked).Reason, _shop.Parked[0].WaitsFor));

        _shop.Deliver(Change.Delete(10, "codes", 1));

        Assert.Equal("tea", Assert.Single(_shop.Stripe.Active("promotion_codes")).Text("code"));
        Assert.Equal(EntityPhase.Linked, _shop.State(Second).Phase);
        Assert.Empty(_shop.Parked);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(100)]
    [InlineData(150)]
    [InlineData(200)]
    [InlineData(250)]
    public void CodeIsSetFreeWhileTheRowIsAboutToWaitForIt_RowGoesOn(int milliseconds)
    {
        _shop.DeliverTogether(
            one =>
            {
                one.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(milliseconds)));
                Change.Delete(10, "codes", 1).AddTo(one);
            },
            two =>
            {
                two.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(100)));
                Code(20, 2, "TEA").AddTo(two);
                two.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(2)));
            });

        Assert.Equal(EntityPhase.Linked, _shop.State(Second).Phase);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void EventNameIsStillAnothers_RowWaits_AndGoesOnWhenThatMeterIsDeactivated()
    {
        _shop.Deliver(Code(2, 1, "calls", "meters"));
        _shop.Deliver(Code(20, 2, "calls", "meters"));
        Assert.Equal((ParkReason.Conflict, "billing.meter.event_name/CALLS"), (Assert.Single(_shop.Parked).Reason, _shop.Parked[0].WaitsFor));

        _shop.Deliver(Change.Delete(10, "meters", 1));

        Assert.Equal(EntityPhase.Linked, _shop.State(new EntityKey("billing.meter", new TableId("public", "meters"), "2")).Phase);
        Assert.Equal(["inactive", "active"], _shop.Stripe.Objects.Where(o => o.Key.StartsWith("meters", StringComparison.Ordinal)).Select(o => o.Value.Text("status")));
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void CodeIsNoneOfOurs_RowIsTriedOnceMoreAndWaits()
    {
        _shop.Stripe.Objects["theirs"] = FormText.Merge(_shop.Stripe.Objects.Values.Single(), "code=COFFEE");
        _shop.Stripe.Requests.Clear();

        _shop.Deliver(Code(20, 2, "COFFEE"));

        Assert.Equal(ParkReason.Conflict, Assert.Single(_shop.Parked).Reason);
        Assert.Equal(2, _shop.Stripe.Writes.Count());
    }

    private static Change Code(ulong lsn, int id, string code, string table = "codes") => new(ChangeOp.Create, table, lsn, Row.Of(("id", ColumnValue.Of(id)), ("code", ColumnValue.Of(code)))) { Key = Change.IdOf(id) };
}
