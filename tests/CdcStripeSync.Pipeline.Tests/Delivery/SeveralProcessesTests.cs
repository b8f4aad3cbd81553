using System.Globalization;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
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

    [Fact]
    public void ParentsRowMovedElsewhereOntoAKeyThatIsRememberedHere_ChildIsMadeUnderWhatMoved()
    {
        _shop.Deliver(Change.Product(2, 3, "earlier", ChangeOp.Create), Change.Price(10, 7, 3, "1.00", ChangeOp.Create));

        _shop.DeliverTogether(
            one =>
            {
                one.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(2)));
                Change.Delete(20, "products", 3).AddTo(one);
                (Change.Product(30, 3, "P", ChangeOp.Create) with { OldKey = Change.IdOf(1) }).AddTo(one);
            },
            two =>
            {
                Change.Price(11, 7, 3, "2.00").AddTo(two);
                two.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(4)));
                Change.Price(25, 8, 1, "5.00", ChangeOp.Create).AddTo(two);
            });

        Assert.Equal("shop_1", _shop.Stripe[_shop.State(Shop.Price(8)).StripeId!].Text("product"));
    }

    [Fact]
    public void ParentsRowMovedElsewhere_AnotherWasBornUnderItsKey_NewChildIsMadeUnderThatOne()
    {
        _shop.DeliverTogether(
            one =>
            {
                one.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(2)));
                (Change.Product(30, 5, "P", ChangeOp.Create) with { OldKey = Change.IdOf(1) }).AddTo(one);
                one.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(2)));
                Change.Product(40, 1, "another", ChangeOp.Create).AddTo(one);
            },
            two =>
            {
                Change.Price(10, 7, 1, "1.00", ChangeOp.Create).AddTo(two);
                two.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(8)));
                Change.Price(50, 8, 1, "5.00", ChangeOp.Create).AddTo(two);
            });

        var price = _shop.State(Shop.Price(8));
        Assert.Equal("shop_1", _shop.State(Shop.Product(5)).StripeId);
        Assert.Equal(_shop.State(Shop.Product(1)).StripeId, _shop.Stripe[price.StripeId!].Text("product"));
        Assert.Empty(price.Predecessors);
    }

    [Fact]
    public void ParentsRowMovedElsewhere_ChildThatFollowed_IsNotTakenBackToWhatIsRememberedHere()
    {
        _shop.Deliver(Change.Product(2, 3, "earlier", ChangeOp.Create), Change.Price(10, 7, 3, "1.00", ChangeOp.Create));

        _shop.DeliverTogether(
            one =>
            {
                one.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(2)));
                Change.Delete(20, "products", 3).AddTo(one);
                (Change.Product(30, 3, "P", ChangeOp.Create) with { OldKey = Change.IdOf(1) }).AddTo(one);
                one.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(10)));
            },
            two =>
            {
                Change.Price(11, 7, 3, "2.00").AddTo(two);
                two.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(8)));
                Change.Price(40, 7, 3, "5.00").AddTo(two);
            });

        Assert.Equal("shop_1", _shop.Stripe[_shop.State(Shop.Price(7)).StripeId!].Text("product"));
    }

    [Fact]
    public void ParentsRowMovedElsewhere_ChildBeginsAgain_IsNotSoldUnderWhatIsRememberedHere()
    {
        _shop.Deliver(Change.Product(2, 3, "earlier", ChangeOp.Create), Change.Price(10, 7, 3, "1.00", ChangeOp.Create), Change.Price(11, 8, 3, "1.00", ChangeOp.Create));
        _shop.Deliver(Change.Delete(12, "prices", 7));

        _shop.DeliverTogether(
            one =>
            {
                one.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(2)));
                Change.Delete(20, "products", 3).AddTo(one);
                (Change.Product(30, 3, "P", ChangeOp.Create) with { OldKey = Change.IdOf(1) }).AddTo(one);
                one.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(10)));
            },
            two =>
            {
                Change.Price(13, 8, 3, "2.00").AddTo(two);
                two.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(8)));
                Change.Price(40, 7, 3, "1.00", ChangeOp.Create).AddTo(two);
            });

        Assert.Equal("shop_1", _shop.Stripe[_shop.State(Shop.Price(7)).StripeId!].Text("product"));
    }

    [Fact]
    public void PartitionCame_ParentIsAnotherByTheFormerOwnersWord_ItIsLookedForInTheStore()
    {
        _shop.Deliver(Change.Product(2, 3, "earlier", ChangeOp.Create), Change.Price(10, 7, 3, "1.00", ChangeOp.Create));
        _shop.Deliver(source =>
        {
            Change.Price(11, 7, 3, "2.00").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
            source.Then(() => _shop.Store.WriteAsync(
                new StateBatch { Entities = [_shop.State(Shop.Product(3)) with { StripeId = "shop_1" }, _shop.State(Shop.Product(1)) with { StripeId = null, Phase = EntityPhase.Renamed }] }, default));
            source.ThenAssign();
            Change.Price(40, 7, 3, "2.00").AddTo(source);
        });

        Assert.Equal("shop_1", _shop.Stripe[_shop.State(Shop.Price(7)).StripeId!].Text("product"));
    }

    [Fact]
    public void RecordThatWaitedInABufferWhileItsPartitionWasAway_IsNotTaken()
    {
        _shop.Deliver(source =>
        {
            source.Assignment = 1;
            Change.Customer(10, 5, "a@shop.example", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            source.ThenRebalance(() => Task.CompletedTask);
            Change.Customer(11, 6, "read before", ChangeOp.Create).AddTo(source);
            source.Assignment = 2;
            Change.Customer(12, 7, "read after", ChangeOp.Create).AddTo(source);
        });

        Assert.Equal(["a@shop.example", "read after"], _shop.Stripe.Objects.Values.Select(o => o.Text("email")).OfType<string>());
    }

    [Fact]
    public void DeletedByAProcessThatDied_AndInsertedAgain_IsDeletedFirst()
    {
        _shop.Deliver(Change.Customer(10, 5, "a@shop.example", ChangeOp.Create));
        var state = _shop.Store.Entities.Single(e => e.Key.Resource == "customer");
        var left = state with { RowExists = false, Streamed = state.Streamed!.Value with { Position = SourcePosition.OfLsn(20) } };
        _shop.Time.Run(() => _shop.Store.WriteAsync(new StateBatch { Entities = [left] }, default));

        _shop.Deliver(Change.Delete(20, "customers", 5), Change.Customer(30, 5, "b@shop.example", ChangeOp.Create));

        var only = Assert.Single(_shop.Stripe.Objects, o => o.Key.StartsWith("cus", StringComparison.Ordinal));
        Assert.NotEqual(state.StripeId, only.Key);
        Assert.Equal("b@shop.example", only.Value.Text("email"));
    }

    [Fact]
    public void RivalsRequestDoesNotEnd_RowIsSeenToWait_AndGoesOnWhenItHas()
    {
        _shop.Deliver(Change.Price(10, 1, 1, "1.00", ChangeOp.Create), Change.Price(11, 2, 1, "2.00", ChangeOp.Create));
        var rival = _shop.State(Shop.Price(1)).StripeId!;
        var until = _shop.Time.GetUtcNow() + TimeSpan.FromMinutes(10);
        _shop.Stripe.Refuses = request => request.Path.EndsWith(rival, StringComparison.Ordinal) && _shop.Time.GetUtcNow() < until;
        var written = 0;
        _shop.Store.Writing = batch => written += batch.Entities.Count(e => e.Key == Shop.Price(2));

        _shop.Deliver(source =>
        {
            Change.Price(20, 1, 1, "1.00", lookup: "std").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            Change.Price(21, 2, 1, "2.00", lookup: "std").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(5)));
            source.Then(() => Task.FromResult(Assert.Single(_shop.Parked, p => p.Reason == ParkReason.Conflict && p.Key == Shop.Price(2))));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(6)));
        });

        Assert.Equal("std", _shop.Stripe[_shop.State(Shop.Price(2)).StripeId!].Text("lookup_key"));
        Assert.Empty(_shop.Parked);
        Assert.True(written < 500, $"{written}");
    }

    [Fact]
    public void ApprovedRow_IsWokenByEveryProcess_AndSentByOne()
    {
        _shop.Deliver(Enumerable.Range(2, 5).Select(i => Change.Product((ulong)i, i, "P", ChangeOp.Create)));
        _shop.Deliver(Enumerable.Range(1, 4).Select(i => Change.Delete((ulong)(10 + i), "products", i)));
        var held = Assert.Single(_shop.Parked).Key;
        CountedGateway one = new(_shop.Stripe), other = new(_shop.Stripe);

        _shop.DeliverTogether(
            (source =>
            {
                source.Then(() => _shop.Store.ApproveAsync(ParkReason.Breadth, null, default));
                source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(10)));
            }, one, default),
            (source => source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(10))), other, default));

        Assert.Single(one.Requests.Concat(other.Requests), r => r.Path == $"/v1/products/{_shop.State(held).StripeId}");
        Assert.Empty(_shop.Parked);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void TwoIntentsLeftForOneDefault_OlderIsConcludedFirst(int older, int younger)
    {
        var left = new Dictionary<int, Intent>();
        _shop.Store.Writing = batch =>
        {
            foreach (var entity in batch.Entities.Where(e => e.Intent?.Path == "/v1/products/shop_1")) left[int.Parse(entity.Key.Key, CultureInfo.InvariantCulture)] = entity.Intent!;
        };
        _shop.Deliver(Change.Price(10, 1, 1, "1.00", ChangeOp.Create, isDefault: true), Change.Price(11, 2, 1, "2.00", ChangeOp.Create, isDefault: true));
        _shop.Deliver(Change.Price(12, 1, 1, "1.00", isDefault: false), Change.Price(13, 2, 1, "2.00", isDefault: false));
        _shop.Deliver(Change.Price(14, 1, 1, "1.00", isDefault: true));
        _shop.Deliver(Change.Price(15, 2, 1, "2.00", isDefault: true));
        _shop.Store.Writing = null;
        _shop.Stripe.Requests.Clear();
        var now = _shop.Time.GetUtcNow();
        EntityState Left(int price, int seconds) => _shop.State(Shop.Price(price)) with { Intent = left[price] with { IdempotencyKey = $"left-{price}", CreatedAt = now, StoredAt = now.AddSeconds(seconds) } };
        _shop.Time.Run(() => _shop.Store.WriteAsync(new StateBatch { Entities = [Left(older, -2), Left(younger, -1)] }, default));

        _shop.Deliver();

        var sent = _shop.Stripe.Writes.Select(w => w.IdempotencyKey!).Where(k => k.StartsWith("left", StringComparison.Ordinal));
        Assert.Equal([$"left-{older}", $"left-{younger}"], sent);
    }
}
