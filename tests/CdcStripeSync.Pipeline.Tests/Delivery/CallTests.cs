using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>What one row's work means for another is not lost when the process dies in between.</summary>
public sealed class CallTests
{
    private readonly Shop _shop = new();

    public CallTests() => _shop.Deliver(Change.Product(1, 1, "P", ChangeOp.Create));

    [Fact]
    public void LookupKeyTaken_StoppedBeforeTheLoserKnew_LoserTakesItBackLater()
    {
        _shop.Deliver(Change.Price(10, 1, 1, "1.00", ChangeOp.Create, lookup: "std"), Change.Price(11, 2, 1, "2.00", ChangeOp.Create));

        DieAfterACall(Change.Price(20, 2, 1, "2.00", lookup: "std"));
        Assert.Equal("std", LookupKey(2));
        _shop.Deliver(Change.Price(30, 2, 1, "2.00", lookup: "other"), Change.Price(31, 1, 1, "1.00", lookup: "std"));

        Assert.Equal("std", LookupKey(1));
        Assert.Empty(Unanswered);
    }

    [Fact]
    public void ProductMovedOntoAUsedKey_StoppedBeforeItsPricesFollowed_TheyFollowLater()
    {
        _shop.Deliver(
            Change.Product(2, 2, "Q", ChangeOp.Create), Change.Price(10, 7, 2, "1.00", ChangeOp.Create), Change.Delete(20, "products", 2));

        DieAfterACall(Change.Product(30, 2, "P", ChangeOp.Create) with { OldKey = Change.IdOf(1) });
        _shop.Deliver();

        Assert.Equal("shop_1", _shop.State(Shop.Product(2)).StripeId);
        Assert.Equal("shop_1", Assert.Single(_shop.Stripe.Active("price_")).Text("product"));
        Assert.Empty(Unanswered);
    }

    [Fact]
    public void OldNewsOfALostValue_ChangesNothing()
    {
        _shop.Deliver(Change.Price(10, 1, 1, "1.00", ChangeOp.Create, lookup: "std"));
        var sent = _shop.Stripe.Writes.Count();

        _shop.Time.Run(() => _shop.Store.WriteAsync(
            new StateBatch { Calls = [new WakeCall("old", Shop.Price(1), "lookup_key", "std", "req_before", _shop.Time.GetUtcNow())] }, default));
        _shop.Deliver();

        Assert.Equal(FieldValue.Of("std"), _shop.State(Shop.Price(1)).Base["lookup_key"].Value);
        Assert.Equal(sent, _shop.Stripe.Writes.Count());
        Assert.Empty(Unanswered);
    }

    [Fact]
    public void CallOfAProcessThatDied_IsAnsweredByOneThatRuns()
    {
        _shop.Deliver(Change.Price(10, 1, 1, "1.00", ChangeOp.Create, lookup: "std"));
        var request = _shop.State(Shop.Price(1)).Base["lookup_key"].RequestId;

        _shop.Deliver(source =>
        {
            source.Then(() => _shop.Store.WriteAsync(
                new StateBatch { Calls = [new WakeCall("lost", Shop.Price(1), "lookup_key", "std", request, _shop.Time.GetUtcNow())] }, default));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(2)));
        });

        Assert.Empty(Unanswered);
        Assert.Equal(2, _shop.Stripe.Writes.Count(w => w.Form.Contains("lookup_key=std", StringComparison.Ordinal)));
    }

    [Fact]
    public void ChildCalledBecauseItsParentIsAnotherNow_LooksForItInTheStore()
    {
        _shop.Deliver(Change.Product(2, 3, "earlier", ChangeOp.Create), Change.Price(10, 7, 3, "1.00", ChangeOp.Create));
        _shop.Deliver(source =>
        {
            Change.Price(11, 7, 3, "2.00").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
            source.Then(() => _shop.Store.WriteAsync(
                new StateBatch
                {
                    Entities = [_shop.State(Shop.Product(3)) with { StripeId = "shop_1" }, _shop.State(Shop.Product(1)) with { StripeId = null, Phase = EntityPhase.Renamed }],
                    Calls = [new WakeCall("moved", Shop.Price(7), "", "", null, _shop.Time.GetUtcNow())],
                },
                default));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(2)));
        });

        Assert.Equal("shop_1", Assert.Single(_shop.Stripe.Active("price_")).Text("product"));
        Assert.Empty(Unanswered);
    }

    [Fact]
    public void ParentIsAnotherByTheTimeTheSuccessorIsAdopted_PredecessorsParentIsNotTakenForItsOwn()
    {
        _shop.Deliver(Change.Product(2, 3, "earlier", ChangeOp.Create), Change.Price(10, 7, 1, "1.00", ChangeOp.Create));
        var first = _shop.State(Shop.Price(7)).StripeId!;
        _shop.Stripe.Objects[first] = new FieldValue.Object(_shop.Stripe[first].Members.SetItem("active", FieldValue.Of(false)));
        _shop.Stripe.Faults.Add(new Fault(FaultKind.FailAfterWrite, StripeMethod.Post, "/v1/prices", InMemoryStripe.Refused(500, "api_error", null, null, "broken")));
        _shop.Deliver(source =>
        {
            Change.Price(20, 7, 3, "1.00").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(450)));
            source.Then(() => _shop.Store.WriteAsync(
                new StateBatch { Entities = [_shop.State(Shop.Product(3)) with { StripeId = "shop_1" }, _shop.State(Shop.Product(1)) with { StripeId = null, Phase = EntityPhase.Renamed }] }, default));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(2)));
        });

        Assert.Contains(_shop.Store.Audit, a => a.Kind == "adopt");
        Assert.Equal("shop_1", _shop.Stripe[_shop.State(Shop.Price(7)).StripeId!].Text("product"));
    }

    [Fact]
    public void ChildCalledUnderItsEarlierKey_TheRowThatMovedLooks()
    {
        _shop.Deliver(Change.Product(2, 3, "earlier", ChangeOp.Create), Change.Price(10, 7, 3, "1.00", ChangeOp.Create));
        _shop.Deliver(Change.Price(11, 8, 3, "1.00", ChangeOp.Create) with { OldKey = Change.IdOf(7) });
        _shop.Deliver(source =>
        {
            source.Then(() => _shop.Store.WriteAsync(
                new StateBatch
                {
                    Entities = [_shop.State(Shop.Product(3)) with { StripeId = "shop_1" }, _shop.State(Shop.Product(1)) with { StripeId = null, Phase = EntityPhase.Renamed }],
                    Calls = [new WakeCall("moved", Shop.Price(7), "", "", null, _shop.Time.GetUtcNow())],
                },
                default));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(2)));
        });

        Assert.Equal("shop_1", Assert.Single(_shop.Stripe.Active("price_")).Text("product"));
        Assert.Empty(Unanswered);
    }

    [Fact]
    public void LostValueToldUnderAKeyThatAnotherRowHasByNow_TheRowThatMovedKnows()
    {
        _shop.Deliver(Change.Price(10, 1, 1, "1.00", ChangeOp.Create, lookup: "std"));
        var request = _shop.State(Shop.Price(1)).Base["lookup_key"].RequestId;
        _shop.Deliver(Change.Price(20, 3, 1, "1.00", ChangeOp.Create, lookup: "std") with { OldKey = Change.IdOf(1) });
        _shop.Deliver(Change.Price(30, 1, 1, "5.00", ChangeOp.Create));

        _shop.Deliver(source =>
        {
            source.Then(() => _shop.Store.WriteAsync(
                new StateBatch { Calls = [new WakeCall("late", Shop.Price(1), "lookup_key", "std", request, _shop.Time.GetUtcNow())] }, default));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(2)));
        });

        Assert.Empty(Unanswered);
        Assert.Equal(2, _shop.Stripe.Writes.Count(w => w.Form.Contains("lookup_key=std", StringComparison.Ordinal)));
    }

    private IReadOnlyList<WakeCall> Unanswered => _shop.Store.CallsAsync(DateTimeOffset.MaxValue, default).Result;

    private string? LookupKey(int price) => _shop.Stripe[_shop.State(Shop.Price(price)).StripeId!].Text("lookup_key");

    /// <summary>Nothing is written any more once a row has called another.</summary>
    private void DieAfterACall(Change change)
    {
        using var stop = new CancellationTokenSource();
        var hasCalled = false;
        _shop.Store.Writing = batch =>
        {
            if (hasCalled)
            {
                stop.Cancel();
                throw new OperationCanceledException(stop.Token);
            }

            hasCalled = !batch.Calls.IsEmpty;
        };
        Assert.ThrowsAny<OperationCanceledException>(() => _shop.Deliver(source => change.AddTo(source), stop.Token));
        _shop.Store.Writing = null;
        Assert.NotEmpty(Unanswered);
    }
}
