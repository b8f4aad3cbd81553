using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

public sealed class IntentTests
{
    private static readonly StripeOutcome ServerError = InMemoryStripe.Refused(500, "api_error", null, null, "Something went wrong.");
    private readonly Shop _shop = new();

    public IntentTests() => _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));

    private IReadOnlyList<FieldValue.Object> Prices => _shop.Stripe.Active("price_");

    private IReadOnlyList<StripeRequest> Creates => [.. _shop.Stripe.Writes.Where(r => r.Path == "/v1/prices")];

    [Fact]
    public void Intent_IsStoredBeforeTheFirstSend()
    {
        var stored = new List<bool>();
        _shop.Store.Writing = batch => stored.AddRange(batch.Entities.Where(e => e.Key == Shop.Price(7) && e.Intent is not null).Select(_ => Creates.Count == 0));
        _shop.Deliver(Change.Price(10, 7, 1, "5.00", ChangeOp.Create));
        Assert.Equal([true], stored);
    }

    [Fact]
    public void IntentLeftInTheStore_IsTakenOverByAWrite_BeforeItIsSent()
    {
        StopAfterTheIntent(Change.Price(10, 7, 1, "5.00", ChangeOp.Create));
        var sentAtFirstWrite = -1;
        _shop.Store.Writing = batch =>
        {
            if (sentAtFirstWrite < 0 && batch.Entities.Any(e => e.Key == Shop.Price(7))) sentAtFirstWrite = Creates.Count;
        };

        _shop.Deliver();

        Assert.Equal(0, sentAtFirstWrite);
        Assert.Single(Prices);
    }

    [Fact]
    public void IntentLeftInTheStore_NewerEventIsReadFirst_CauseIsStillThePositionItWasMadeFrom()
    {
        StopAfterTheIntent(Change.Price(10, 7, 1, "5.00", ChangeOp.Create));

        _shop.Deliver(Change.Price(11, 7, 1, "5.00").With("nickname", ColumnValue.Of("new")));

        Assert.EndsWith("at lsn:0/A", Assert.Single(Creates).Cause, StringComparison.Ordinal);
        Assert.Equal(SourcePosition.OfLsn(10), _shop.State(Shop.Price(7)).Base["currency"].Position);
        Assert.Equal(SourcePosition.OfLsn(11), _shop.State(Shop.Price(7)).Base["nickname"].Position);
    }

    [Fact]
    public void IntentLeftInTheStore_OfAnEarlierVersionOfTheApi_IsSentUnderThat()
    {
        var now = _shop.Options;
        _shop.Options = now with { ApiVersion = "2025-01-01.earlier" };
        StopAfterTheIntent(Change.Price(10, 7, 1, "5.00", ChangeOp.Create));
        _shop.Options = now;

        _shop.Deliver(Change.Price(11, 7, 1, "5.00").With("nickname", ColumnValue.Of("new")));

        Assert.Equal("2025-01-01.earlier", Assert.Single(Creates).ApiVersion);
        Assert.Equal(now.ApiVersion, Assert.Single(_shop.Stripe.Writes, w => w.Path == "/v1/prices/price_1").ApiVersion);
    }

    [Fact]
    public void LostAnswer_IsResentByteForByte_AndEndsInOneObject()
    {
        _shop.Stripe.Faults.Add(new Fault(FaultKind.LoseAnswer, StripeMethod.Post, "/v1/prices"));
        _shop.Deliver(Change.Price(10, 7, 1, "5.00", ChangeOp.Create));
        Assert.Single(Prices);
        Assert.Equal(2, Creates.Count);
        Assert.Equal((Creates[0].Form, Creates[0].IdempotencyKey), (Creates[1].Form, Creates[1].IdempotencyKey));
    }

    [Fact]
    public void OpenIntent_NothingFoldsIntoIt_NewerEventFollowsAsAnUpdate()
    {
        _shop.Stripe.Faults.Add(new Fault(FaultKind.LoseAnswer, StripeMethod.Post, "/v1/prices"));
        _shop.Deliver(source =>
        {
            Change.Price(10, 7, 1, "5.00", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(150)));
            Change.Price(11, 7, 1, "5.00").With("nickname", ColumnValue.Of("new")).AddTo(source);
        });
        Assert.Equal(Creates[0].Form, Creates[1].Form);
        Assert.Equal(FieldValue.Of("new"), Assert.Single(Prices).Members["nickname"]);
    }

    [Fact]
    public void ServerErrorAfterTheWrite_ReplayedByStripe_IsAdopted()
    {
        _shop.Stripe.Faults.Add(new Fault(FaultKind.FailAfterWrite, StripeMethod.Post, "/v1/prices", ServerError));
        _shop.Deliver(Change.Price(10, 7, 1, "5.00", ChangeOp.Create));
        var only = Assert.Single(Prices);
        Assert.Equal(FieldValue.Of(_shop.State(Shop.Price(7)).StripeId!), only.Members["id"]);
        Assert.Contains(_shop.Stripe.Requests, r => r.Method == StripeMethod.Get && r.Form.Contains("product=shop_1", StringComparison.Ordinal));
        Assert.Contains(_shop.Store.Audit, a => a.Kind == "adopt");
    }

    [Fact]
    public void StoppedWhileTheOutcomeIsUnknown_NextStartFinishesTheIntent()
    {
        Interrupt(Change.Price(10, 7, 1, "5.00", ChangeOp.Create));
        Assert.NotNull(_shop.State(Shop.Price(7)).Intent);
        _shop.Deliver();
        Assert.Single(Prices);
        Assert.Null(_shop.State(Shop.Price(7)).Intent);
    }

    [Fact]
    public void StoppedForLongerThanStripeRemembers_ObjectIsLookedForAndAdopted()
    {
        Interrupt(Change.Price(10, 7, 1, "5.00", ChangeOp.Create));
        _shop.Stripe.ForgetKeys();
        _shop.Time.Run(() => _shop.Time.Wait(TimeSpan.FromHours(30)));
        _shop.Deliver();
        Assert.Single(Prices);
        Assert.Single(Creates);
    }

    [Fact]
    public void StoppedForLongerThanStripeRemembers_NothingWasMade_NewAttemptHasANewKey()
    {
        _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, "/v1/prices", new StripeOutcome.NoAnswer("lost", true)));
        Interrupt(Change.Price(10, 7, 1, "5.00", ChangeOp.Create), lose: false);
        _shop.Time.Run(() => _shop.Time.Wait(TimeSpan.FromHours(30)));
        _shop.Deliver();
        Assert.Single(Prices);
        Assert.NotEqual(Creates[0].IdempotencyKey, Creates[^1].IdempotencyKey);
    }

    [Fact]
    public void StripeForgetsTheKeyWhileTheIntentWaitsForItsTurn_ObjectIsLookedForAndAdopted()
    {
        _shop.Options = new DeliveryOptions { KeyMemory = TimeSpan.FromSeconds(5) };
        _shop.Budget = new BudgetOptions(100, 0.1, 0, 512); // the next POST may go after 10 s
        _shop.Stripe.Faults.Add(new Fault(FaultKind.LoseAnswer, StripeMethod.Post, "/v1/prices"));
        _shop.Deliver(source =>
        {
            Change.Price(10, 7, 1, "5.00", ChangeOp.Create).AddTo(source);
            source.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromSeconds(4));
                _shop.Stripe.ForgetKeys();
            });
        });
        Assert.Single(Creates);
        Assert.Equal(FieldValue.Of(_shop.State(Shop.Price(7)).StripeId!), Assert.Single(Prices).Members["id"]);
    }

    [Fact]
    public void UpdateGotANewKey_StoppedBeforeItsAnswer_NextStartDoesNotUseThatKeyForALaterAttempt()
    {
        using var stop = new CancellationTokenSource();
        _shop.Stripe.Faults.Add(new Fault(FaultKind.FailAfterWrite, StripeMethod.Post, "/v1/products/shop_1", ServerError)); // answered again with the saved error
        _shop.Deliver(
            source =>
            {
                Change.Product(10, 1, "B").AddTo(source);
                source.Then(async () =>
                {
                    while (_shop.Stripe.Writes.Count(r => r.Path == "/v1/products/shop_1") < 2) await _shop.Time.Wait(TimeSpan.FromMilliseconds(10));
                    _shop.Stripe.Faults.AddRange(Enumerable.Repeat(new Fault(FaultKind.Refuse, StripeMethod.Post, "/v1/products/shop_1", new StripeOutcome.NoAnswer("lost", true)), 50));
                    while (_shop.Stripe.Writes.Count(r => r.Path == "/v1/products/shop_1") < 3) await _shop.Time.Wait(TimeSpan.FromMilliseconds(10));
                    await _shop.Time.Wait(TimeSpan.FromMilliseconds(101));
                    stop.Cancel();
                });
            },
            stop.Token);
        var used = _shop.Stripe.Writes.Where(r => r.Path == "/v1/products/shop_1").Select(r => r.IdempotencyKey).ToHashSet();
        _shop.Stripe.Faults.Clear();
        _shop.Time.Run(() => _shop.Time.Wait(TimeSpan.FromHours(30)));
        var before = _shop.Stripe.Requests.Count;
        _shop.Deliver();
        Assert.Equal(2, used.Count);
        Assert.DoesNotContain(Assert.Single(_shop.Stripe.Requests.Skip(before), r => r.Path == "/v1/products/shop_1" && r.Method == StripeMethod.Post).IdempotencyKey, used);
    }

    [Fact]
    public void ForeignObjectWithTheChosenId_IsNotAdopted()
    {
        var foreign = new Shop();
        foreign.Stripe.Objects["shop_9"] = FormText.Merge(Parameters.Empty, "id=shop_9&name=Theirs");
        foreign.Control(new Controls(false, "", CreateAll: true, "", 0));
        foreign.Deliver(Change.Product(1, 9, "Ours", ChangeOp.Create));
        Assert.Equal(ParkReason.Conflict, Assert.Single(foreign.Parked).Reason);
        Assert.Equal(FieldValue.Of("Theirs"), foreign.Stripe["shop_9"].Members["name"]);
    }

    [Fact]
    public void AmountChanges_SuccessorIsMadeBeforeTheOldOneIsArchived()
    {
        _shop.Deliver(Change.Price(10, 7, 1, "5.00", ChangeOp.Create, isDefault: true, lookup: "std"));
        var old = _shop.State(Shop.Price(7)).StripeId!;
        _shop.Deliver(Change.Price(20, 7, 1, "6.00", isDefault: true, lookup: "std"));
        var current = Assert.Single(Prices);
        Assert.NotEqual(FieldValue.Of(old), current.Members["id"]);
        Assert.Equal(FieldValue.Of("std"), current.Members["lookup_key"]);
        Assert.Equal(current.Members["id"], _shop.Stripe["shop_1"].Members["default_price"]);
        Assert.Equal(FieldValue.Of(false), _shop.Stripe[old].Members["active"]);
        Assert.Null(_shop.State(Shop.Price(7)).Succession);
    }

    [Theory]
    [InlineData("/v1/prices")]
    [InlineData("/v1/products/shop_1")]
    [InlineData("/v1/prices/price_")]
    public void Succession_StoppedAtAnyStep_IsFinishedByTheNextStart(string path)
    {
        _shop.Deliver(Change.Price(10, 7, 1, "5.00", ChangeOp.Create, isDefault: true, lookup: "std"));
        _shop.Stripe.Faults.Add(new Fault(FaultKind.LoseAnswer, StripeMethod.Post, path));
        Interrupt(Change.Price(20, 7, 1, "6.00", isDefault: true, lookup: "std"), lose: false);
        _shop.Deliver(Change.Price(20, 7, 1, "6.00", isDefault: true, lookup: "std"));
        var current = Assert.Single(Prices);
        Assert.Equal(current.Members["id"], _shop.Stripe["shop_1"].Members["default_price"]);
        Assert.Equal(2, _shop.Stripe.Objects.Keys.Count(k => k.StartsWith("price_", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OldPriceBecomesTheDefault_WhileItsSuccessorWaits_SuccessorIsTheDefault(bool theirsBefore)
    {
        _shop.Deliver(Change.Price(10, 7, 1, "5.00", ChangeOp.Create));
        var old = _shop.State(Shop.Price(7)).StripeId!;
        if (theirsBefore) MakeDefault("price_theirs");
        _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, "/v1/prices", ServerError));
        _shop.Stripe.Requested = () =>
        {
            if (Creates.Count == 2) MakeDefault(old);
        };

        _shop.Deliver(Change.Price(20, 7, 1, "6.00"));

        var current = Assert.Single(Prices);
        Assert.NotEqual(FieldValue.Of(old), current.Members["id"]);
        Assert.Equal(current.Members["id"], _shop.Stripe["shop_1"].Members["default_price"]);
        Assert.Null(_shop.State(Shop.Price(7)).Succession);
        Assert.DoesNotContain(Planner.DefaultMark, _shop.State(Shop.Price(7)).Base.Keys); // it stays whose it was
        Assert.Empty(_shop.Parked);
    }

    /// <summary>Stops while the answer to a create is lost and its next attempt waits.</summary>
    private void Interrupt(Change change, bool lose = true)
    {
        if (lose) _shop.Stripe.Faults.Add(new Fault(FaultKind.LoseAnswer, StripeMethod.Post, "/v1/prices"));
        using var stop = new CancellationTokenSource();
        _shop.Deliver(
            source =>
            {
                change.AddTo(source);
                source.Then(async () =>
                {
                    while (_shop.Stripe.Faults.Count > 0) await _shop.Time.Wait(TimeSpan.FromMilliseconds(1));
                    await _shop.Time.Wait(TimeSpan.FromMilliseconds(101));
                    stop.Cancel();
                });
            },
            stop.Token);
    }

    /// <summary>Somebody chooses the product's default price in the dashboard.</summary>
    private void MakeDefault(string price) => _shop.Stripe.Objects["shop_1"] = _shop.Stripe["shop_1"].With("default_price", FieldValue.Of(price));

    /// <summary>The process dies between storing the intent and sending it.</summary>
    private void StopAfterTheIntent(Change change)
    {
        using var stop = new CancellationTokenSource();
        _shop.Store.Writing = batch =>
        {
            if (batch.Entities.Any(e => e.Intent is not null)) stop.Cancel();
        };
        _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, "/v1/prices", ServerError));
        _shop.Deliver(source => change.AddTo(source), stop.Token);
        _shop.Store.Writing = null;
        _shop.Stripe.Faults.Clear();
        _shop.Stripe.Requests.Clear();
        Assert.NotNull(_shop.State(Shop.Price(7)).Intent);
    }
}
