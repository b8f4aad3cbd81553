using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>Two processes over one store and one Stripe, at every distance in time: one of them lost its partition and does not know it,
/// or both write what only one object can hold.</summary>
public sealed class SeveralProcessesTests
{
    private readonly Shop _shop = new();

    public SeveralProcessesTests() => _shop.Deliver(Change.Product(1, 1, "P", ChangeOp.Create));

    public static TheoryData<int> Distances => [.. Enumerable.Range(0, 25).Select(i => i * 20)];

    [Theory]
    [MemberData(nameof(Distances))]
    public void PartitionMovedWhileACreateIsUnderWay_OneObjectWithTheNewestAmount(int milliseconds)
    {
        var create = Change.Price(10, 7, 1, "5.00", ChangeOp.Create);

        _shop.DeliverTogether(former => create.AddTo(former), later =>
        {
            later.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(milliseconds)));
            create.AddTo(later);
            Change.Price(11, 7, 1, "7.00").AddTo(later);
        });

        Assert.Equal(FieldValue.Of("700"), FieldValue.Of(Assert.Single(_shop.Stripe.Active("price_")).Text("unit_amount_decimal")!));
        Assert.Null(_shop.State(Shop.Price(7)).Intent);
        Assert.Empty(_shop.Parked);
    }

    [Theory]
    [MemberData(nameof(Distances))]
    public void FormerOwnerComesWithOldNames_NewestNameStands(int milliseconds)
    {
        _shop.DeliverTogether(
            former =>
            {
                former.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(milliseconds)));
                Change.Product(10, 1, "old").AddTo(former);
                former.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(150)));
                Change.Product(11, 1, "older than the newest").AddTo(former);
            },
            later =>
            {
                later.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(200)));
                Change.Product(10, 1, "old").AddTo(later);
                Change.Product(11, 1, "older than the newest").AddTo(later);
                Change.Product(12, 1, "newest").AddTo(later);
            });

        Assert.Equal("newest", _shop.Stripe["shop_1"].Text("name"));
    }

    [Theory]
    [MemberData(nameof(Distances))]
    public void LookupKeyClaimedByBoth_NewestHoldsIt(int milliseconds)
    {
        _shop.Deliver(Change.Price(10, 1, 1, "1.00", ChangeOp.Create), Change.Price(11, 2, 1, "2.00", ChangeOp.Create));

        _shop.DeliverTogether(
            one =>
            {
                one.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(milliseconds)));
                Change.Price(20, 1, 1, "1.00", lookup: "std").AddTo(one);
            },
            two =>
            {
                two.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(200)));
                Change.Price(21, 2, 1, "2.00", lookup: "std").AddTo(two);
            });

        Assert.Equal("std", _shop.Stripe[_shop.State(Shop.Price(2)).StripeId!].Text("lookup_key"));
    }

    [Theory]
    [MemberData(nameof(Distances))]
    public void DefaultClaimedByOneAndGivenUpByTheOther_NewestClaimantHasIt(int milliseconds)
    {
        _shop.Deliver(Change.Price(10, 1, 1, "1.00", ChangeOp.Create, isDefault: true), Change.Price(11, 2, 1, "2.00", ChangeOp.Create));

        _shop.DeliverTogether(
            one =>
            {
                one.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(milliseconds)));
                Change.Price(20, 1, 1, "1.00").AddTo(one);
            },
            two =>
            {
                two.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(200)));
                Change.Price(21, 2, 1, "2.00", isDefault: true).AddTo(two);
            });

        Assert.Equal(_shop.State(Shop.Price(2)).StripeId, _shop.Stripe["shop_1"].Text("default_price"));
    }

    [Theory]
    [MemberData(nameof(Distances))]
    public void ChildHereParentThere_ChildIsWoken(int milliseconds)
    {
        _shop.DeliverTogether(
            one =>
            {
                one.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(milliseconds)));
                Change.Product(20, 2, "Q", ChangeOp.Create).AddTo(one);
                one.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(2)));
            },
            two =>
            {
                two.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(200)));
                Change.Price(21, 2, 2, "2.00", ChangeOp.Create).AddTo(two);
                two.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(2)));
            });

        Assert.Single(_shop.Stripe.Active("price_"));
        Assert.Empty(_shop.Parked);
    }
}
