using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>Who carries an intent out says so, and the other processes leave it alone until that one is gone.</summary>
public sealed class HeldIntentTests
{
    private readonly Shop _shop = new();

    public HeldIntentTests() => _shop.Deliver(Change.Product(1, 1, "P", ChangeOp.Create));

    [Fact]
    public void OneKeepsTryingWhatStripeRefusesForNow_OthersLeaveItToThatOne()
    {
        var until = _shop.Time.GetUtcNow() + TimeSpan.FromMinutes(4);
        _shop.Stripe.Refuses = request => request.Path == "/v1/prices" && _shop.Time.GetUtcNow() < until;
        CountedGateway one = new(_shop.Stripe), other = new(_shop.Stripe);

        _shop.DeliverTogether(
            (source => Change.Price(10, 7, 1, "1.00", ChangeOp.Create).AddTo(source), one, default),
            (source => source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(5))), other, default));

        Assert.Single(_shop.Stripe.Active("price_"));
        Assert.Contains(one.Requests, r => r.Path == "/v1/prices");
        Assert.DoesNotContain(other.Requests, r => r.Path == "/v1/prices");
    }

    [Fact]
    public void WhoKeptTryingDies_AnotherFinishesItsIntent()
    {
        var until = _shop.Time.GetUtcNow() + TimeSpan.FromMinutes(2);
        _shop.Stripe.Refuses = request => request.Path == "/v1/prices" && _shop.Time.GetUtcNow() < until;
        using var death = new CancellationTokenSource(TimeSpan.FromMinutes(1), _shop.Time);

        _shop.DeliverTogether(
            (source => Change.Price(10, 7, 1, "1.00", ChangeOp.Create).AddTo(source), _shop.Stripe, death.Token),
            (source => source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(4))), _shop.Stripe, default));

        Assert.Single(_shop.Stripe.Active("price_"));
        Assert.Null(_shop.State(Shop.Price(7)).Intent);
    }

    [Fact]
    public void OneWaitsLongForItsTurn_OthersLeaveItsIntentToThatOne()
    {
        _shop.Budget = new BudgetOptions(0.1, 1000, 0, 512); // the second attempt's turn comes after more than a minute of newer changes
        _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, "/v1/prices", InMemoryStripe.Refused(500, "api_error", null, null, "no")));
        CountedGateway one = new(_shop.Stripe), other = new(_shop.Stripe);
        var written = 0;
        _shop.Store.Writing = batch => written += batch.Entities.Count(e => e.Key == Shop.Price(7));

        _shop.DeliverTogether(
            (source =>
            {
                Change.Price(10, 7, 1, "1.00", ChangeOp.Create).AddTo(source);
                source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
                for (var i = 1; i <= 20; i++) Change.Customer((ulong)(10 + i), i, $"{i}@shop.example", ChangeOp.Create).AddTo(source);
            }, one, default),
            (source => source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(5))), other, default));

        Assert.Single(_shop.Stripe.Active("price_"));
        Assert.Equal(2, one.Requests.Count(r => r.Path == "/v1/prices"));
        Assert.DoesNotContain(other.Requests, r => r.Path == "/v1/prices");
        Assert.True(written < 15, $"{written}");
    }

    [Fact]
    public async Task RowThatOneKeepsTryingIsCalled_OthersLeaveItToThatOne_AndTheCallIsAnsweredAfterwards()
    {
        var until = _shop.Time.GetUtcNow() + TimeSpan.FromMinutes(4);
        _shop.Stripe.Refuses = request => request.Path == "/v1/prices" && _shop.Time.GetUtcNow() < until;
        CountedGateway one = new(_shop.Stripe), other = new(_shop.Stripe);

        _shop.DeliverTogether(
            (source => Change.Price(10, 7, 1, "1.00", ChangeOp.Create).AddTo(source), one, default),
            (source =>
            {
                source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
                source.Then(() => _shop.Store.WriteAsync(new StateBatch { Calls = [new WakeCall("called", Shop.Price(7), "", "", null, _shop.Time.GetUtcNow() - TimeSpan.FromMinutes(1))] }, default));
                source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(5)));
            }, other, default));

        Assert.Single(_shop.Stripe.Active("price_"));
        Assert.DoesNotContain(other.Requests, r => r.Path == "/v1/prices");
        Assert.Empty(await _shop.Store.CallsAsync(DateTimeOffset.MaxValue, default));
    }

    [Fact]
    public async Task LookupKeyTakenFromARowThatAnotherKeepsTrying_TheTwoDoNotFightOverIt_AndItKnowsAfterwards()
    {
        _shop.Deliver(Change.Price(10, 7, 1, "1.00", ChangeOp.Create, lookup: "std"), Change.Price(11, 8, 1, "2.00", ChangeOp.Create));
        var path = $"/v1/prices/{_shop.State(Shop.Price(7)).StripeId}";
        var until = _shop.Time.GetUtcNow() + TimeSpan.FromMinutes(4);
        _shop.Stripe.Refuses = request => request.Path == path && _shop.Time.GetUtcNow() < until;
        CountedGateway one = new(_shop.Stripe), other = new(_shop.Stripe);

        _shop.DeliverTogether(
            (source => Change.Price(20, 7, 1, "1.00", lookup: "std").With("nickname", ColumnValue.Of("new")).AddTo(source), one, default),
            (source =>
            {
                source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
                Change.Price(21, 8, 1, "2.00", lookup: "std").AddTo(source);
                source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(6)));
            }, other, default));

        Assert.Equal("new", _shop.Stripe[_shop.State(Shop.Price(7)).StripeId!].Text("nickname"));
        Assert.True(other.Requests.Count(r => r.Path == path) < 20, $"{other.Requests.Count(r => r.Path == path)}");
        Assert.False(_shop.State(Shop.Price(7)).Base.ContainsKey("lookup_key"));
        Assert.Empty(await _shop.Store.CallsAsync(DateTimeOffset.MaxValue, default));
    }
}
