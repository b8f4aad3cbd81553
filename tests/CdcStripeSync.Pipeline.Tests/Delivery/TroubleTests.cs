using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>Where two unlucky things meet.</summary>
public sealed class TroubleTests
{
    private static readonly IReadOnlySet<string> ProductColumns = Change.Product(0, 0, "").After!.Select(c => c.Key).ToHashSet();
    private readonly Shop _shop = new();

    [Fact]
    public void UpdateWhoseAnswerWasLost_RowGoesBackMeanwhile_StripeFollowsTheRow()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Stripe.Faults.Add(new Fault(FaultKind.LoseAnswer, StripeMethod.Post, "shop_1"));
        _shop.Deliver(source =>
        {
            Change.Product(2, 1, "B").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(120)));
            Change.Product(3, 1, "A").AddTo(source);
        });
        Assert.Equal(FieldValue.Of("A"), _shop.Stripe["shop_1"].Members["name"]);
    }

    [Fact]
    public void UpdateWhoseAnswerWasLost_StopAndRowGoesBack_StripeFollowsTheRow()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Stripe.Faults.Add(new Fault(FaultKind.LoseAnswer, StripeMethod.Post, "shop_1"));
        using var stop = new CancellationTokenSource();
        _shop.Deliver(
            source =>
            {
                Change.Product(2, 1, "B").AddTo(source);
                source.Then(async () =>
                {
                    await _shop.Time.Wait(TimeSpan.FromMilliseconds(120));
                    stop.Cancel();
                });
            },
            stop.Token);
        _shop.Deliver(Change.Product(2, 1, "B"), Change.Product(3, 1, "A"));
        Assert.Equal(FieldValue.Of("A"), _shop.Stripe["shop_1"].Members["name"]);
    }

    [Fact]
    public void KeyChangeArrivesWhileTheOldKeyWaitsForBudget_IsNotLost()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Product(1, 5, "E", ChangeOp.Create));
        _shop.Budget = new BudgetOptions(0.5, 0.5, 0, 1);
        _shop.Deliver(source =>
        {
            Change.Product(2, 5, "E2").AddTo(source);
            Change.Product(2, 1, "A2").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(500)));
            (Change.Delete(20, "products", 1) with { NewKey = Change.IdOf(2) }).AddTo(source);
            (Change.Product(20, 2, "B", ChangeOp.Create) with { OldKey = Change.IdOf(1), Partition = 1 }).AddTo(source);
        });
        Assert.Equal("shop_1", _shop.State(Shop.Product(2)).StripeId);
        Assert.Equal(FieldValue.Of("B"), _shop.Stripe["shop_1"].Members["name"]);
        Assert.Equal(2, _shop.Stripe.Objects.Count);
    }

    [Fact]
    public void KeyChange_NewKeyHasItsOwnObjectAlready_OneCurrentObjectIsLeft()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Deliver(Change.Product(30, 2, "B") with { Partition = 1 });
        _shop.Deliver(Change.Delete(20, "products", 1) with { NewKey = Change.IdOf(2) });
        var current = Assert.Single(_shop.Stripe.Active("shop_"));
        Assert.Equal(FieldValue.Of("B"), current.Members["name"]);
    }

    [Fact]
    public void BreadthLimit_CountsAStepOnce_HoweverOftenItIsTried()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        for (var i = 0; i < 6; i++) _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, "shop_1", InMemoryStripe.Refused(429, "invalid_request_error", "lock_timeout", null, "locked")));
        _shop.Deliver(Change.Delete(2, "products", 1));
        Assert.Empty(_shop.Parked);
        Assert.Empty(_shop.Stripe.Active("shop_"));
    }

    [Fact]
    public void DeleteOfWhatCannotBeArchived_IsRefused_RowWaitsForAPerson()
    {
        _shop.Deliver(Change.Customer(1, 5, "a@x", ChangeOp.Create));
        _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Delete, "cus_1", InMemoryStripe.Refused(400, "invalid_request_error", null, null, "This customer has a payout under way.")));
        _shop.Deliver(Change.Delete(2, "customers", 5));
        var waiting = Assert.Single(_shop.Parked);
        Assert.Equal(ParkReason.NeedsPerson, waiting.Reason);
        Assert.Contains("payout", waiting.Message, StringComparison.Ordinal);
        _shop.Time.Run(() => _shop.Store.ReleaseAsync([waiting.Key], default));
        _shop.Deliver();
        Assert.Empty(_shop.Stripe.Objects);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void ChosenIdIsLongerThanAnObjectIsFoundBy_RowIsHeld_AndNothingIsMade()
    {
        _shop.Yaml = Shop.Mapping.Replace("shop_{id}", "shop_{id}-{name}", StringComparison.Ordinal);
        _shop.Deliver(Change.Product(1, 1, new string('a', 1_020), ChangeOp.Create));
        Assert.Equal(ParkReason.Held, Assert.Single(_shop.Parked).Reason);
        Assert.Empty(_shop.Stripe.Objects);
        _shop.Deliver(Change.Product(2, 1, "A"));
        Assert.Single(_shop.Stripe.Objects);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void StoreRefusesARowsLink_ThatRowWaits_AndOthersGoOn()
    {
        var refuses = true;
        _shop.Store.Writing = batch =>
        {
            if (refuses && batch.Entities.Any(e => e.StripeId == "cus_1")) throw new InvalidOperationException("54000: index row size exceeds the maximum");
        };
        _shop.Deliver(Change.Customer(1, 5, "a@x", ChangeOp.Create), Change.Product(2, 1, "A", ChangeOp.Create));
        Assert.Equal(ParkReason.NeedsPerson, Assert.Single(_shop.Parked).Reason);
        Assert.True(_shop.Stripe.Objects.ContainsKey("shop_1"));
        refuses = false;
        _shop.Deliver();
        Assert.Equal("cus_1", _shop.Store.Entities.Single(e => e.Key.Resource == "customer").StripeId);
        Assert.Equal(2, _shop.Stripe.Objects.Count);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void StoreRefusesWhatARowBecame_ItsColumnsAreUnknownFromThen()
    {
        _shop.Deliver(Change.Customer(1, 5, "a@x", ChangeOp.Create));
        _shop.Store.Writing = batch =>
        {
            if (batch.Entities.Any(e => e.Row["email"] == ColumnValue.Of("b@x"))) throw new InvalidOperationException("54000: index row size exceeds the maximum");
        };
        _shop.Deliver(Change.Customer(2, 5, "b@x"), Change.Product(3, 1, "A", ChangeOp.Create));
        Assert.Equal(ParkReason.NeedsPerson, Assert.Single(_shop.Parked).Reason);
        Assert.True(_shop.Store.Entities.Single(e => e.Key.Resource == "customer").Row["email"].IsUnavailable);
        Assert.True(_shop.Stripe.Objects.ContainsKey("shop_1"));
    }

    [Fact]
    public void StoreAwayForAWhile_EverythingWaits_NothingIsLost()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Deliver(source =>
        {
            Change.Product(2, 2, "B", ChangeOp.Create).AddTo(source);
            Change.Price(3, 7, 9, "5.00", ChangeOp.Create).AddTo(source);
            source.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromMilliseconds(50));
                _shop.Store.Away = true;
                await _shop.Time.Wait(TimeSpan.FromMinutes(10));
                _shop.Store.Away = false;
            });
            Change.Product(4, 9, "C", ChangeOp.Create).AddTo(source);
        });
        Assert.Equal(3, _shop.Stripe.Active("shop_").Count);
        Assert.Single(_shop.Stripe.Active("price_"));
        Assert.Empty(_shop.DeadLetters);
    }

    [Fact]
    public void ManyRowsThatStripeRefusesForNow_DoNotHoldUpOthers()
    {
        _shop.Deliver([Change.Product(1, 1, "P", ChangeOp.Create), .. Enumerable.Range(2, 400).Select(i => Change.Product((ulong)i, i, "A", ChangeOp.Create))]);
        for (var n = 0; n < 10; n++)
        {
            foreach (var i in Enumerable.Range(2, 400)) _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, $"shop_{i}", InMemoryStripe.Refused(500, "api_error", null, null, "no")));
        }

        var after = TimeSpan.MaxValue;
        var start = _shop.Time.GetUtcNow();
        _shop.Deliver(source =>
        {
            foreach (var i in Enumerable.Range(2, 400)) Change.Product((ulong)(1000 + i), i, "B").AddTo(source);
            Change.Product(5000, 1, "P2").AddTo(source);
            source.Then(async () =>
            {
                while (_shop.Stripe["shop_1"].Members["name"] != FieldValue.Of("P2")) await _shop.Time.Wait(TimeSpan.FromMilliseconds(100));
                after = _shop.Time.GetUtcNow() - start;
            });
        });
        Assert.True(after < TimeSpan.FromSeconds(2), $"{after}");
    }

    [Fact]
    public void MappedColumnVanished_StopsTheResourceWithOneAlarm_AndGoesOnWhenItIsBack()
    {
        var all = Change.Product(0, 0, "").After!.Select(c => c.Key).ToHashSet();
        var without = all.Where(c => c != "name").ToHashSet();
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create) with { WriterColumns = all }, Change.Customer(1, 1, "a@x", ChangeOp.Create));
        _shop.Deliver(source =>
        {
            for (var i = 0; i < 3; i++) (Change.Product((ulong)(10 + i), 1, "", status: "off").Without("name") with { WriterColumns = without }).AddTo(source);
            Change.Customer(13, 1, "b@x").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            source.Then(() =>
            {
                Assert.Equal(FieldValue.Of(true), _shop.Stripe["shop_1"].Members["active"]);
                Assert.Equal(FieldValue.Of("b@x"), _shop.Stripe["cus_1"].Members["email"]);
                Assert.Single(_shop.Notes.Alarms, a => a.Contains("lacks", StringComparison.Ordinal));
                Assert.Empty(_shop.DeadLetters);
                return Task.CompletedTask;
            });
            (Change.Product(20, 2, "N", ChangeOp.Create) with { WriterColumns = all }).AddTo(source);
        });
        Assert.Empty(_shop.Parked);
        Assert.Equal(FieldValue.Of(false), _shop.Stripe["shop_1"].Members["active"]);
    }

    [Fact]
    public void MappedColumnVanished_FromOneOfTheTablesOfAPattern_RowsOfTheOthersGoOn()
    {
        _shop.Yaml = Shop.Mapping.Replace("from: public.products", "from: /shop_.*[.]products/", StringComparison.Ordinal);
        Change Of(string schema, Change change, IReadOnlySet<string> columns) => change with { Schema = schema, WriterColumns = columns };
        _shop.Deliver(Of("shop_a", Change.Product(1, 1, "A", ChangeOp.Create), ProductColumns), Of("shop_b", Change.Product(2, 2, "B", ChangeOp.Create), ProductColumns));

        _shop.Deliver(source =>
        {
            for (ulong i = 0; i < 5; i++)
            {
                Of("shop_a", Lacking("name", 10 + (2 * i)), Lacking("name", 0).WriterColumns!).AddTo(source);
                Of("shop_b", Change.Product(11 + (2 * i), 2, $"B{i}"), ProductColumns).AddTo(source);
                source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(2)));
            }
        });

        Assert.Single(_shop.Notes.Alarms, a => a.Contains("lacks", StringComparison.Ordinal));
        Assert.Equal("shop_a", Assert.Single(_shop.Parked).Key.Table.Schema);
        Assert.Equal("B4", _shop.Stripe["shop_2"].Text("name"));
    }

    [Fact]
    public void MappedColumnVanished_RecordFromBeforeIsReadLater_RowsWaitOn()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create) with { WriterColumns = ProductColumns });

        _shop.Deliver(
            Lacking("name", 10),
            Change.Product(5, 2, "from before", ChangeOp.Create) with { WriterColumns = ProductColumns, Partition = 1 },
            Lacking("name", 11),
            Change.Product(6, 2, "from before, too") with { WriterColumns = ProductColumns, Partition = 1 });

        Assert.Single(_shop.Notes.Alarms, a => a.Contains("lacks", StringComparison.Ordinal));
        Assert.Equal(2, _shop.Parked.Count);
        Assert.Equal(FieldValue.Of(true), _shop.Stripe["shop_1"].Members["active"]);
    }

    [Fact]
    public void MappedColumnVanished_BackAfterARestart_RowsGoOn()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create) with { WriterColumns = ProductColumns });
        _shop.Deliver(Lacking("name", 10));
        Assert.Single(_shop.Parked);

        _shop.Deliver(Change.Product(20, 2, "N", ChangeOp.Create) with { WriterColumns = ProductColumns });

        Assert.Empty(_shop.Parked);
        Assert.Equal(FieldValue.Of(false), _shop.Stripe["shop_1"].Members["active"]);
    }

    [Fact]
    public void MappedColumnVanished_RowsOfAPartitionThatCame_GoOnWithTheNextCompleteEvent()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create) with { WriterColumns = ProductColumns });

        _shop.DeliverTogether(
            one =>
            {
                (Change.Product(5, 2, "N", ChangeOp.Create) with { WriterColumns = ProductColumns }).AddTo(one);
                one.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(10)));
                one.ThenAssign();
                (Change.Product(20, 2, "M") with { WriterColumns = ProductColumns }).AddTo(one);
            },
            gone => Lacking("name", 10).AddTo(gone));

        Assert.Empty(_shop.Parked);
        Assert.Equal(FieldValue.Of(false), _shop.Stripe["shop_1"].Members["active"]);
    }

    [Fact]
    public void MappedColumnVanished_TakenOutOfTheMapping_RowsGoOnAtTheNextStart()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create) with { WriterColumns = ProductColumns });
        _shop.Deliver(Lacking("description", 10));
        _shop.Deliver();
        Assert.Single(_shop.Parked);

        _shop.Yaml = Shop.Mapping.Replace("      description: { column: description }\n", "", StringComparison.Ordinal);
        _shop.Deliver();

        Assert.Empty(_shop.Parked);
        Assert.Equal(FieldValue.Of(false), _shop.Stripe["shop_1"].Members["active"]);
    }

    [Fact]
    public void SourceOnCreate_FirstImageCannotBeSent_LaterImageGivesTheValue()
    {
        var tooMany = ColumnValue.Of([.. Enumerable.Range(0, 9).Select(i => ColumnValue.Of($"https://x/{i}.png"))]);
        var fine = ColumnValue.Of([ColumnValue.Of("https://x/1.png")]);
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create).With("images", tooMany));
        Assert.Equal(ParkReason.Held, Assert.Single(_shop.Parked).Reason);
        _shop.Deliver(Change.Product(2, 1, "A").With("images", fine));
        Assert.Empty(_shop.Parked);
        Assert.Single(_shop.Stripe.Objects);
    }

    [Fact]
    public void ApprovedWhileNothingRan_GoesAtTheNextStart()
    {
        _shop.Deliver(Enumerable.Range(1, 5).Select(i => Change.Product((ulong)i, i, "P", ChangeOp.Create)));
        _shop.Deliver(Enumerable.Range(1, 5).Select(i => Change.Delete((ulong)(10 + i), "products", i)));
        Assert.Equal(2, _shop.Parked.Count);
        _shop.Time.Run(() => _shop.Store.ApproveAsync(ParkReason.Breadth, null, default));
        _shop.Deliver();
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void RowThatNeverHadAnObject_DeletedAndInsertedAgain_StaysGenerationOne()
    {
        _shop.Deliver(Change.Customer(1, 1, "a@x", ChangeOp.Create) with { Op = ChangeOp.Delete, After = null, Key = Change.IdOf(1) });
        _shop.Deliver(Change.Product(1, 1, "", ChangeOp.Create), Change.Delete(2, "products", 1), Change.Product(3, 1, "B", ChangeOp.Create));
        Assert.Equal("shop_1", _shop.State(Shop.Product(1)).StripeId);
    }

    [Fact]
    public void OneUpdateIsTriedManyTimes_IsNotParkedForTooManySteps()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        for (var i = 0; i < 70; i++) _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, "shop_1", InMemoryStripe.Refused(500, "api_error", null, null, "no")));
        _shop.Deliver(Change.Product(2, 1, "B"));
        Assert.Empty(_shop.Parked);
        Assert.Equal(FieldValue.Of("B"), _shop.Stripe["shop_1"].Members["name"]);
    }

    [Fact]
    public void Shadow_WithAnOpenIntent_SendsNothing()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Stripe.Faults.Add(new Fault(FaultKind.LoseAnswer, StripeMethod.Post, "/v1/prices"));
        using var stop = new CancellationTokenSource();
        _shop.Deliver(
            source =>
            {
                Change.Price(2, 7, 1, "5.00", ChangeOp.Create).AddTo(source);
                source.Then(async () =>
                {
                    await _shop.Time.Wait(TimeSpan.FromMilliseconds(120));
                    stop.Cancel();
                });
            },
            stop.Token);
        var before = _shop.Stripe.Requests.Count;
        _shop.Options = _shop.Options with { Shadow = true };
        _shop.Deliver();
        Assert.Equal(before, _shop.Stripe.Requests.Count);
    }

    /// <summary>Product 1 goes off, by a schema that lacks a column.</summary>
    private static Change Lacking(string column, ulong lsn) =>
        Change.Product(lsn, 1, "A", status: "off").Without(column) with { WriterColumns = ProductColumns.Where(c => c != column).ToHashSet() };
}
