using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Control;

public sealed class BrakeTests
{
    private readonly Shop _shop = new();

    [Fact]
    public void CarelessUpdateOfAllAmounts_ExcessParksUntilApproved()
    {
        _shop.Deliver([Change.Product(1, 1, "P", ChangeOp.Create), .. Enumerable.Range(1, 10).Select(i => Change.Price((ulong)(1 + i), i, 1, "1.00", ChangeOp.Create))]);
        _shop.Deliver(Enumerable.Range(1, 10).Select(i => Change.Price((ulong)(100 + i), i, 1, "100.00")));
        Assert.Equal(7, _shop.Parked.Count(p => p.Reason == ParkReason.Breadth));
        Assert.All(_shop.Parked, p => Assert.Equal("given another amount within 10 min: 3 price objects; the mapping's limits.breadth lets 3 pass (20 % of the 10 that are linked, but at least 3)", p.Message));
        _shop.Deliver(source => source.Then(async () =>
        {
            await _shop.Store.ApproveAsync(ParkReason.Breadth, null, default);
            await _shop.Time.Wait(TimeSpan.FromSeconds(30));
        }));
        Assert.Empty(_shop.Parked);
        Assert.StartsWith("7 of price from public.prices that waited for Breadth may go on: ", Assert.Single(_shop.Notes.Operator), StringComparison.Ordinal);
        Assert.Equal(10, _shop.Stripe.Active("price_").Count(p => p.Members["unit_amount_decimal"] == FieldValue.Of("10000")));
    }

    [Fact]
    public void ApprovedRowsHaveToWait_OperatorSpeaksOnMeanwhile_EachIsWokenOnce()
    {
        _shop.Options = _shop.Options with { MaxUnsettled = 1 };
        _shop.Deliver(Enumerable.Range(1, 13).Select(i => Change.Product((ulong)i, i, "P", ChangeOp.Create)));
        _shop.Deliver(Enumerable.Range(1, 13).Select(i => Change.Delete((ulong)(100 + i), "products", i)));
        Assert.Equal(10, _shop.Parked.Count);
        var until = _shop.Time.GetUtcNow() + TimeSpan.FromMinutes(5);
        _shop.Stripe.Refuses = request => request.Path.StartsWith("/v1/customers", StringComparison.Ordinal) && _shop.Time.GetUtcNow() < until;
        _shop.Notes.Settlements.Clear();
        var speaking = Task.CompletedTask;

        _shop.Deliver(source =>
        {
            source.Then(() =>
            {
                speaking = SpeakAsync();
                return Task.CompletedTask;
            });
            for (var i = 1; i <= 2; i++) Change.Customer((ulong)(200 + i), i, "a@x", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(2)));
        });

        Assert.True(speaking.IsCompletedSuccessfully);
        Assert.Empty(_shop.Parked);
        Assert.Equal(10, _shop.Notes.Settlements.Count(k => k.Resource == "product"));

        async Task SpeakAsync()
        {
            await _shop.Time.Wait(TimeSpan.FromSeconds(10));
            await _shop.Store.ApproveAsync(ParkReason.Breadth, null, default);
            for (var i = 0; i < 100; i++)
            {
                await _shop.Time.Wait(TimeSpan.FromSeconds(2));
                await _shop.Store.SetControlsAsync(await _shop.Store.ControlsAsync(default), default);
            }
        }
    }

    [Fact]
    public void RowMovesOntoAKeyWhoseArchiveIsHeld_KeepsItsObjectAndItsColumns_AndTheArchiveWaitsOn()
    {
        _shop.Deliver(Enumerable.Range(1, 5).Select(i => Change.Product((ulong)i, i, "P", ChangeOp.Create).With("description", ColumnValue.Of("long text"))));
        _shop.Deliver(Enumerable.Range(2, 4).Select(i => Change.Delete((ulong)(10 + i), "products", i)));
        var held = Assert.Single(_shop.Parked).Key;
        var id = int.Parse(held.Key, System.Globalization.CultureInfo.InvariantCulture);
        _shop.Deliver(
            Change.Delete(20, "products", 1) with { NewKey = Change.IdOf(id) },
            Change.Product(20, id, "moved", ChangeOp.Create).With("description", ColumnValue.Unavailable) with { OldKey = Change.IdOf(1) });
        Assert.Equal("shop_1", _shop.State(held).StripeId);
        Assert.Equal("long text", _shop.Stripe["shop_1"].Text("description"));
        Assert.Equal("moved", _shop.Stripe["shop_1"].Text("name"));
        Assert.Equal(ParkReason.Breadth, Assert.Single(_shop.Parked).Reason);
        Assert.Equal(2, _shop.Stripe.Active("shop_").Count);
        _shop.Time.Run(() => _shop.Store.ApproveAsync(ParkReason.Breadth, null, default));
        _shop.Deliver();
        Assert.Empty(_shop.Parked);
        Assert.Equal("shop_1", Assert.Single(_shop.Stripe.Active("shop_")).Text("id"));
    }

    [Fact]
    public void StoreCountsSlowly_ThoseThatWaitMeanwhileAreAskedForTogether_AndLinkedRowsAreSeldomCounted()
    {
        _shop.Deliver(Enumerable.Range(1, 30).Select(i => Change.Product((ulong)i, i, "P", ChangeOp.Create)));
        LateAnswers? store = null;
        _shop.Link = inner =>
        {
            var link = LateAnswers.Of(inner, _shop.Time, (method, _) => method.Name == nameof(IStateStore.PassAsync) ? TimeSpan.FromSeconds(6) : TimeSpan.Zero);
            store = (LateAnswers)(object)link;
            return link;
        };

        _shop.Deliver(source =>
        {
            for (var i = 1; i <= 3; i++) Change.Delete((ulong)(100 + i), "products", i).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(20)));
            for (var i = 4; i <= 6; i++) Change.Delete((ulong)(100 + i), "products", i).AddTo(source);
        });

        Assert.Empty(_shop.Parked);
        Assert.Equal(4, store!.Asked[nameof(IStateStore.PassAsync)]); // of three, the first alone, and the others with one another
        Assert.Equal(1, store.Asked[nameof(IStateStore.LinkedCountsAsync)]);
    }

    [Fact]
    public void ManyObjectsCameSinceTheyWereCounted_TheyAreCountedBeforeAStepIsHeld()
    {
        _shop.Deliver(Enumerable.Range(1, 3).Select(i => Change.Product((ulong)i, i, "P", ChangeOp.Create)));

        _shop.Deliver(source =>
        {
            Change.Delete(100, "products", 1).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            for (var i = 4; i <= 40; i++) Change.Product((ulong)(100 + i), i, "P", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(1)));
            for (var i = 4; i <= 8; i++) Change.Delete((ulong)(200 + i), "products", i).AddTo(source);
        });

        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void WindowSlidesOn_MoreMayPass()
    {
        _shop.Deliver(Enumerable.Range(1, 6).Select(i => Change.Product((ulong)i, i, "P", ChangeOp.Create)));
        _shop.Deliver(Enumerable.Range(1, 3).Select(i => Change.Delete((ulong)(10 + i), "products", i)));
        _shop.Time.Run(() => _shop.Time.Wait(TimeSpan.FromMinutes(11)));
        _shop.Deliver(Enumerable.Range(4, 3).Select(i => Change.Delete((ulong)(10 + i), "products", i)));
        Assert.Empty(_shop.Parked);
        Assert.Empty(_shop.Stripe.Active("shop_"));
    }

    [Fact]
    public void AnotherInstanceArchivedMeanwhile_ItsOnesCountHereToo()
    {
        _shop.Deliver(Enumerable.Range(1, 6).Select(i => Change.Product((ulong)i, i, "P", ChangeOp.Create)));

        _shop.DeliverTogether(
            one =>
            {
                Change.Delete(11, "products", 1).AddTo(one);
                one.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(30)));
                for (var i = 4; i <= 6; i++) Change.Delete((ulong)(10 + i), "products", i).AddTo(one);
            },
            other =>
            {
                other.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(10)));
                for (var i = 2; i <= 3; i++) Change.Delete((ulong)(10 + i), "products", i).AddTo(other);
            });

        Assert.Equal(3, _shop.Parked.Count(p => p.Reason == ParkReason.Breadth));
        Assert.Equal(3, _shop.Stripe.Active("shop_").Count);
    }

    [Fact]
    public void OneBurstTakenUpByTwoInstances_NoMoreThanTheLimitPass()
    {
        _shop.Deliver(Enumerable.Range(1, 6).Select(i => Change.Product((ulong)i, i, "P", ChangeOp.Create)));

        _shop.DeliverTogether(
            one =>
            {
                for (var i = 1; i <= 3; i++) Change.Delete((ulong)(10 + i), "products", i).AddTo(one);
            },
            other =>
            {
                for (var i = 4; i <= 6; i++) Change.Delete((ulong)(10 + i), "products", i).AddTo(other);
            });

        Assert.Equal(3, _shop.Parked.Count(p => p.Reason == ParkReason.Breadth));
        Assert.Equal(3, _shop.Stripe.Active("shop_").Count);
    }

    [Fact]
    public void HeldByAProcessThatIsGone_ApprovedWhileAnotherHoldsNothing_ThatOneGoesOnWithIt()
    {
        _shop.Deliver(Enumerable.Range(1, 6).Select(i => Change.Product((ulong)i, i, "P", ChangeOp.Create)));

        _shop.DeliverTogether(
            one => one.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromSeconds(10));
                Assert.Single(_shop.Parked);
                await _shop.Store.ApproveAsync(ParkReason.Breadth, null, default);
                await _shop.Time.Wait(TimeSpan.FromSeconds(5));
            }),
            gone =>
            {
                for (var i = 1; i <= 4; i++) Change.Delete((ulong)(10 + i), "products", i).AddTo(gone);
            });

        Assert.Empty(_shop.Parked);
        Assert.Equal(2, _shop.Stripe.Active("shop_").Count);
    }

    [Fact]
    public void ApprovedWhileItsRowIsDecidedOnAnew_ApprovalStands()
    {
        _shop.Deliver([Change.Product(1, 1, "P", ChangeOp.Create), .. Enumerable.Range(1, 4).Select(i => Change.Price((ulong)(1 + i), i, 1, "1.00", ChangeOp.Create))]);
        _shop.Deliver(Enumerable.Range(1, 4).Select(i => Change.Price((ulong)(100 + i), i, 1, "100.00")));
        var held = Assert.Single(_shop.Parked);
        var number = int.Parse(held.Key.Key, System.Globalization.CultureInfo.InvariantCulture);
        _shop.Store.Writing = batch =>
        {
            if (batch.Park.Any(p => p.Reason == ParkReason.Breadth && p.Message != held.Message)) _shop.Store.ApproveAsync(ParkReason.Breadth, null, default);
        };

        _shop.Deliver(source =>
        {
            Change.Price(200, 9, 1, "1.00", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(6)));
            Change.Price(201, number, 1, "200.00").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
        });

        Assert.Empty(_shop.Parked);
        Assert.Equal(FieldValue.Of("20000"), _shop.Stripe[_shop.State(held.Key).StripeId!].Members["unit_amount_decimal"]);
    }

    [Fact]
    public void PromotionCodesWithdrawnForTheirSuccessors_CountAsChanged_NotAsArchivedToo()
    {
        var shop = new Shop
        {
            Yaml = """
                version: 1
                limits:
                  breadth: { share: 0.2, at_least: 3, window: 10m }
                resources:
                  promotion_code:
                    from: public.codes
                    key: [id]
                    fields:
                      promotion.coupon: half
                      promotion.type: coupon
                      code: { column: code }
                      max_redemptions: { column: redemptions }
                """,
        };
        static Change Code(ulong lsn, int id, int redemptions) => new(ChangeOp.Update, "codes", lsn, Row.Of(
            ("id", ColumnValue.Of(id)), ("code", ColumnValue.Of($"CODE{id}")), ("redemptions", ColumnValue.Of(redemptions))))
        { Key = Change.IdOf(id) };
        shop.Deliver(Enumerable.Range(1, 6).Select(i => Code((ulong)i, i, 5)));

        shop.Deliver(source =>
        {
            for (var i = 1; i <= 2; i++) Code((ulong)(10 + i), i, 6).AddTo(source);
            source.Then(() => shop.Time.Wait(TimeSpan.FromSeconds(10)));
            for (var i = 3; i <= 5; i++) Change.Delete((ulong)(20 + i), "codes", i).AddTo(source);
        });

        Assert.Empty(shop.Parked);
        Assert.Equal(2, shop.Store.Audit.Count(a => a.Kind == "price_change"));
    }

    [Fact]
    public void ArchivedBeforeARestart_CountsNoLongerThanItsOwnWindow()
    {
        _shop.Deliver(Enumerable.Range(1, 6).Select(i => Change.Product((ulong)i, i, "P", ChangeOp.Create)));
        _shop.Deliver(Enumerable.Range(1, 3).Select(i => Change.Delete((ulong)(10 + i), "products", i)));
        _shop.Time.Run(() => _shop.Time.Wait(TimeSpan.FromMinutes(8)));

        _shop.Deliver(source =>
        {
            Change.Delete(14, "products", 4).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(3)));
            Change.Delete(15, "products", 5).AddTo(source);
        });

        Assert.Equal(Shop.Product(4), Assert.Single(_shop.Parked).Key);
    }

    [Fact]
    public void ArchivesSpreadOverManySeconds_EachCountsOnce()
    {
        _shop.Deliver(Enumerable.Range(1, 6).Select(i => Change.Product((ulong)i, i, "P", ChangeOp.Create)));

        _shop.Deliver(source =>
        {
            for (var i = 1; i <= 4; i++)
            {
                Change.Delete((ulong)(10 + i), "products", i).AddTo(source);
                source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(4)));
            }
        });

        Assert.Equal(Shop.Product(4), Assert.Single(_shop.Parked).Key);
    }

    [Fact]
    public void ArchivesThatStripeDoesNotTakeYet_CountOn()
    {
        _shop.Deliver(Enumerable.Range(1, 6).Select(i => Change.Product((ulong)i, i, "P", ChangeOp.Create)));
        var until = _shop.Time.GetUtcNow() + TimeSpan.FromSeconds(40);
        _shop.Stripe.Refuses = request => request.Method == StripeMethod.Post && _shop.Time.GetUtcNow() < until;

        _shop.Deliver(source =>
        {
            for (var i = 1; i <= 3; i++) Change.Delete((ulong)(10 + i), "products", i).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(20)));
            Change.Delete(14, "products", 4).AddTo(source);
        });

        Assert.Equal(Shop.Product(4), Assert.Single(_shop.Parked).Key);
    }

    [Fact]
    public void Paused_NothingIsWritten_UntilResumed()
    {
        _shop.Control(new Controls(true, "lunch", false, "", 0));
        _shop.Deliver(source =>
        {
            Change.Product(1, 1, "A", ChangeOp.Create).AddTo(source);
            source.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromMinutes(5));
                Assert.Empty(_shop.Stripe.Writes);
                Assert.DoesNotContain(_shop.Source.Commits, c => c.Next > 0);
                await _shop.Store.SetControlsAsync(new Controls(false, "", false, "", 0), default);
            });
        });
        Assert.Single(_shop.Stripe.Objects);
        Assert.Equal(["writing to Stripe is paused: lunch", "writing to Stripe goes on"], _shop.Notes.Operator);
    }

    [Fact]
    public void Paused_ResendsThatWaitForBudget_WaitToo()
    {
        _shop.Deliver(Enumerable.Range(1, 20).Select(i => Change.Product((ulong)i, i, "A", ChangeOp.Create)));
        for (var i = 1; i <= 20; i++) _shop.Stripe.Faults.Add(new Fault(FaultKind.LoseAnswer, StripeMethod.Post, $"shop_{i}"));
        using var stop = new CancellationTokenSource();
        _shop.Deliver(
            source =>
            {
                for (var i = 1; i <= 20; i++) Change.Product((ulong)(100 + i), i, "B").AddTo(source);
                source.Then(async () =>
                {
                    await _shop.Time.Wait(TimeSpan.FromMilliseconds(150));
                    stop.Cancel();
                });
            },
            stop.Token);
        _shop.Budget = new BudgetOptions(1, 1, 0, 1);
        var sent = 0;
        _shop.Deliver(source => source.Then(async () =>
        {
            await _shop.Time.Wait(TimeSpan.FromSeconds(3));
            await _shop.Store.SetControlsAsync(new Controls(true, "wrong prices", false, "", 0), default);
            await _shop.Time.Wait(TimeSpan.FromSeconds(1.5));
            sent = _shop.Stripe.Writes.Count();
            await _shop.Time.Wait(TimeSpan.FromMinutes(1));
            sent = _shop.Stripe.Writes.Count() - sent;
            await _shop.Store.SetControlsAsync(new Controls(false, "", false, "", 0), default);
        }));
        Assert.Equal(0, sent);
        Assert.DoesNotContain(_shop.Store.Entities, e => e.Intent is not null);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void PausedForLongerThanStripeRemembers_ObjectIsLookedForBeforeTheResend()
    {
        _shop.Options = _shop.Options with { KeyMemory = TimeSpan.FromMinutes(10) };
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Stripe.Faults.Add(new Fault(FaultKind.LoseAnswer, StripeMethod.Post, "/v1/prices"));
        _shop.Deliver(source =>
        {
            Change.Price(2, 7, 1, "5.00", ChangeOp.Create).AddTo(source);
            source.Then(async () =>
            {
                await _shop.Store.SetControlsAsync(new Controls(true, "lunch", false, "", 0), default);
                for (var i = 0; i < 12; i++) _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, "/v1/prices", new StripeOutcome.NoAnswer("lost", true)));
                await _shop.Time.Wait(TimeSpan.FromMinutes(15));
                _shop.Stripe.Faults.Clear();
                _shop.Stripe.ForgetKeys();
                await _shop.Store.SetControlsAsync(new Controls(false, "", false, "", 0), default);
            });
        });
        Assert.Single(_shop.Stripe.Active("price_"));
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void Shadow_PlansAndAudits_SendsNothing_KeepsNoBase()
    {
        _shop.Options = _shop.Options with { Shadow = true };
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        Assert.Empty(_shop.Stripe.Requests);
        Assert.Equal("shadow:create", Assert.Single(_shop.Store.Audit).Kind);
        Assert.Empty(_shop.State(Shop.Product(1)).Base);
    }

    [Fact]
    public void FirstStart_AccountHoldsForeignObjects_CreatesWaitUntilTold()
    {
        _shop.Stripe.Objects["shop_99"] = FormText.Merge(Parameters.Empty, "id=shop_99&name=Theirs");
        _shop.Deliver(source =>
        {
            Change.Product(1, 1, "A", ChangeOp.Create).AddTo(source);
            source.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromSeconds(5));
                Assert.Equal(ParkReason.Paused, Assert.Single(_shop.Parked).Reason);
                Assert.Empty(_shop.Stripe.Writes);
                await _shop.Store.SetControlsAsync(new Controls(false, "", CreateAll: true, "", 0), default);
                await _shop.Time.Wait(TimeSpan.FromSeconds(5));
            });
        });
        Assert.Empty(_shop.Parked);
        Assert.Equal(FieldValue.Of("A"), _shop.Stripe["shop_1"].Members["name"]);
    }

    [Fact]
    public void FirstStart_ToldWhileARowIsBeingParked_RowGoesOn()
    {
        _shop.Stripe.Objects["shop_99"] = FormText.Merge(Parameters.Empty, "id=shop_99&name=Theirs");
        var parks = DateTimeOffset.MinValue;
        _shop.Store.Writing = batch =>
        {
            if (!batch.Park.IsEmpty && _shop.Time.GetUtcNow() < parks) throw new StateStoreUnavailableException("away", new IOException());
        };
        _shop.Deliver(source =>
        {
            Change.Product(1, 2, "B", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(2)));
            source.Then(() => Task.FromResult(parks = _shop.Time.GetUtcNow() + TimeSpan.FromSeconds(5)));
            Change.Product(2, 1, "A", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            source.Then(() => _shop.Store.SetControlsAsync(new Controls(false, "", CreateAll: true, "", 0), default));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(1)));
        });
        Assert.Empty(_shop.Parked);
        Assert.Equal(FieldValue.Of("A"), _shop.Stripe["shop_1"].Members["name"]);
    }

    [Fact]
    public void KeyRefused_EverythingWaits_NothingIsDeadLetteredOrParked()
    {
        using var stop = new CancellationTokenSource();
        _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, "/v1/products", InMemoryStripe.Refused(401, "invalid_request_error", null, null, "Invalid API Key")));
        _shop.Deliver(
            source =>
            {
                Change.Product(1, 1, "A", ChangeOp.Create).AddTo(source);
                source.Then(async () =>
                {
                    await _shop.Time.Wait(TimeSpan.FromMinutes(1));
                    stop.Cancel();
                });
            },
            stop.Token);
        Assert.Empty(_shop.Parked);
        Assert.Empty(_shop.Notes.DeadLetters);
        Assert.DoesNotContain(_shop.Source.Commits, c => c.Next > 0);
        Assert.Contains(_shop.Notes.Alarms, a => a.Contains("refuses the key", StringComparison.Ordinal));
    }
}
