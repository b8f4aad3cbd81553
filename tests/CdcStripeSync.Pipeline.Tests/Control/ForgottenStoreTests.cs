using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Control;

/// <summary>A store that was put back to an older time, or lost its content: what it forgot gets no second object, whoever reads it and when.</summary>
public sealed class ForgottenStoreTests
{
    private static readonly PartitionId Customers = new("shop.public.customers", 0);
    private static readonly EntityKey Second = new("customer", new TableId("public", "customers"), "2");
    private readonly Shop _shop = new();

    private int Lists => _shop.Stripe.Requests.Count(r => r is { Method: StripeMethod.Get, Path: "/v1/customers" });

    [Fact]
    public void StoreWasPutBack_StartedAgainBeforeAllIsRead_RowsObjectIsStillLookedFor()
    {
        PutBack(until: 3);
        _shop.Deliver(Change.Customer(2, 2, "b@x", ChangeOp.Create));
        Assert.Equal("cus_9", _shop.State(Second).StripeId);
        Assert.Equal(2, _shop.Stripe.Objects.Count);
    }

    [Fact]
    public void StoreWasPutBack_PartitionComesToAProcessThatRanBefore_RowsObjectIsLookedFor()
    {
        Forgotten();
        _shop.Deliver(source =>
        {
            source.Then(() => _shop.Store.WriteAsync(new StateBatch { Forgotten = [new ForgottenRecords(Customers, 3)] }, default)); // another process's word
            source.ThenAssign();
            Change.Customer(2, 2, "b@x", ChangeOp.Create).AddTo(source);
        });
        Assert.Equal("cus_9", _shop.State(Second).StripeId);
    }

    [Fact]
    public void StoreWasPutBack_RowWaitsWhenAllIsReadAgain_ItsObjectIsStillLookedFor()
    {
        PutBack(until: 2);
        _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Get, "/v1/customers", InMemoryStripe.Refused(400, "invalid_request_error", null, null, "not so")));
        _shop.Deliver(Change.Customer(2, 2, "b@x", ChangeOp.Create));
        Assert.Equal(Second, Assert.Single(_shop.Parked).Key);
        _shop.Deliver();
        Assert.Equal("cus_9", _shop.State(Second).StripeId);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void AnotherProcessFoundTheStorePutBack_RowIsReleased_ItsObjectIsLookedFor()
    {
        Waits();
        _shop.Deliver(source => source.Then(async () =>
        {
            await _shop.Store.WriteAsync(new StateBatch { Forgotten = [new ForgottenRecords(Customers, 3)] }, default);
            await _shop.Store.ReleaseAsync([Second], default);
            await _shop.Time.Wait(TimeSpan.FromSeconds(5));
        }));
        Assert.Equal("cus_9", _shop.State(Second).StripeId);
    }

    [Fact]
    public void StoreWasPutBack_RowThatMayGoOnSinceThen_IsWokenWhenThatIsKnown_AndItsObjectIsLookedFor()
    {
        Waits();
        _shop.Time.Run(() => _shop.Store.ReleaseAsync([Second], default));
        _shop.Deliver(source => source.Comparing = async handler =>
        {
            await _shop.Time.Wait(TimeSpan.FromMinutes(2)); // until Kafka has told what the group had committed
            await handler.StoreIsBehindAsync(Customers, 1, 3, default);
        });
        Assert.Equal("cus_9", _shop.State(Second).StripeId);
        Assert.Equal(2, _shop.Stripe.Objects.Count);
    }

    [Fact]
    public void AnotherProcessFindsTheStorePutBackAfterThisOneBegan_RowThatIsTakenUp_ItsObjectIsLookedFor()
    {
        Waits();
        _shop.Deliver(source => source.Then(async () =>
        {
            var call = new WakeCall("call", Second, "", "", null, _shop.Time.GetUtcNow());
            await _shop.Store.WriteAsync(new StateBatch { Forgotten = [new ForgottenRecords(Customers, 3)], Calls = [call] }, default);
            await _shop.Time.Wait(_shop.Options.TakeOverAfter * 2);
        }));
        Assert.Equal("cus_9", _shop.State(Second).StripeId);
        Assert.Equal(2, _shop.Stripe.Objects.Count);
    }

    [Fact]
    public void StoreWasPutBack_AllIsReadAgain_NextStartLooksNoMore()
    {
        PutBack(until: 2);
        _shop.Deliver(Change.Customer(2, 2, "b@x", ChangeOp.Create));
        var before = Lists;
        _shop.Deliver(Change.Customer(3, 3, "c@x", ChangeOp.Create));
        Assert.Equal(before, Lists);
        Assert.Equal(3, _shop.Stripe.Objects.Count);
    }

    [Fact]
    public void StoreFellBackUnderTheProcess_ItEnds_AndTheNextStartLooksForWhatWasLost()
    {
        Forgotten();
        _shop.Store.Writing = batch =>
        {
            if (!(batch with { Forgotten = [] }).IsEmpty) throw new StateStoreFellBackException("fell back");
        };
        var ended = Assert.Throws<InvalidOperationException>(() => _shop.Deliver(Change.Customer(2, 2, "b@x", ChangeOp.Create)));
        Assert.IsType<StateStoreFellBackException>(ended.InnerException);
        Assert.Equal("fell back", Assert.Single(_shop.Notes.Alarms));
        Assert.Equal([new ForgottenRecords(Customers, 2)], _shop.Forgotten);

        _shop.Store.Writing = null;
        _shop.ReadAgain(from: 1);
        _shop.Deliver(Change.Customer(2, 2, "b@x", ChangeOp.Create));
        Assert.Equal("cus_9", _shop.State(Second).StripeId);
        Assert.Equal(2, _shop.Stripe.Objects.Count);
    }

    [Fact]
    public void AllWasReadAgain_ARowWaitsLater_NextStartsLookNoMore()
    {
        PutBack(until: 2);
        _shop.Deliver(Change.Customer(2, 2, "b@x", ChangeOp.Create));
        _shop.Deliver();
        _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, "/v1/customers", InMemoryStripe.Refused(400, "invalid_request_error", null, "email", "not so")));
        _shop.Deliver(Change.Customer(3, 3, "c@x", ChangeOp.Create));
        Assert.Single(_shop.Parked);
        var before = Lists;
        _shop.Deliver(Change.Customer(4, 4, "d@x", ChangeOp.Create));
        Assert.Equal(before, Lists);
    }

    [Fact]
    public void AllRowsAreGone_StartedAgain_StoreIsNotTakenForOneThatLostItsContent()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Deliver(Change.Delete(2, "products", 1));
        Put("shop_theirs", "id=shop_theirs&name=T&active=true");
        _shop.Deliver(Change.Product(3, 2, "B", ChangeOp.Create));
        Assert.Empty(_shop.Notes.Alarms);
        Assert.Empty(_shop.Parked);
        Assert.Empty(_shop.Forgotten);
    }

    [Fact]
    public void StoreLostItsContent_StartedAgainAfterItsFirstRow_RowsObjectIsStillLookedFor()
    {
        Put("cus_8", "id=cus_8&email=a@x&metadata[cdc_key]=public.customers/1");
        Put("cus_9", "id=cus_9&email=b@x&metadata[cdc_key]=public.customers/2");
        _shop.Deliver(Change.Customer(1, 1, "a@x", ChangeOp.Create));
        _shop.Deliver(Change.Customer(2, 2, "b@x", ChangeOp.Create));
        Assert.Equal("cus_9", _shop.State(Second).StripeId);
        Assert.Equal(2, _shop.Stripe.Objects.Count);
    }

    [Fact]
    public void StoreLostItsContent_OperatorSaysToCreateAll_NextStartLooksNoMore()
    {
        Put("cus_8", "id=cus_8&email=a@x&metadata[cdc_key]=public.customers/1");
        _shop.Deliver(Change.Customer(1, 1, "a@x", ChangeOp.Create));
        _shop.Control(new Controls(false, "", CreateAll: true, "", 0));
        var before = Lists;
        _shop.Deliver(Change.Customer(2, 2, "b@x", ChangeOp.Create));
        Assert.Equal(before, Lists);
    }

    [Fact]
    public void StoreKnowsNothingOfAPartitionThatTheGroupHasRead_IsTold_AndRowsObjectIsLookedFor()
    {
        Forgotten();
        _shop.Deliver(source =>
        {
            source.ThenStoreIsBehind(new PartitionId("shop.public.products", 0), stored: null, committed: 7);
            Change.Customer(2, 2, "b@x", ChangeOp.Create).AddTo(source);
        });
        Assert.Contains("knows nothing of shop.public.products", Assert.Single(_shop.Notes.Alarms), StringComparison.Ordinal);
        Assert.Equal("cus_9", _shop.State(Second).StripeId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void StoreForgotAPriceChange_SuccessorIsLinked_AndNoneIsMade(bool stoppedBeforeTheOldOneWasArchived)
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Price(2, 7, 1, "10.00", ChangeOp.Create, isDefault: true, lookup: "std"));
        var old = _shop.State(Shop.Price(7)).StripeId!;
        Put("price_9", "id=price_9&product=shop_1&currency=usd&unit_amount_decimal=1200&lookup_key=std&active=true&metadata[cdc_key]=public.prices/7");
        _shop.Stripe.Objects[old] = FormText.Merge(_shop.Stripe[old], stoppedBeforeTheOldOneWasArchived ? "lookup_key=" : "lookup_key=&active=false");
        if (!stoppedBeforeTheOldOneWasArchived) _shop.Stripe.Objects["shop_1"] = FormText.Merge(_shop.Stripe["shop_1"], "default_price=price_9");

        _shop.Deliver(source =>
        {
            source.ThenStoreIsBehind(new PartitionId("shop.public.prices", 0), stored: 1, committed: 3);
            Change.Price(3, 7, 1, "12.00", isDefault: true, lookup: "std").AddTo(source);
        });

        var state = _shop.State(Shop.Price(7));
        Assert.Equal(("price_9", old), (state.StripeId, Assert.Single(state.Predecessors)));
        Assert.Null(state.Succession);
        Assert.Equal(FieldValue.Of("price_9"), Assert.Single(_shop.Stripe.Active("price_")).Members["id"]);
        Assert.Equal(FieldValue.Of("price_9"), _shop.Stripe["shop_1"].Members["default_price"]);
        Assert.Equal(2, _shop.Stripe.Objects.Keys.Count(k => k.StartsWith("price_", StringComparison.Ordinal)));
    }

    [Fact]
    public void StoreForgotNoPriceChange_SuccessorsAreMadeAsEver()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Price(2, 7, 1, "10.00", ChangeOp.Create));
        _shop.Deliver(source =>
        {
            source.ThenStoreIsBehind(new PartitionId("shop.public.prices", 0), stored: 1, committed: 4);
            Change.Price(3, 7, 1, "12.00").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
            Change.Price(4, 7, 1, "14.00").AddTo(source);
        });
        Assert.Equal(2, _shop.State(Shop.Price(7)).Predecessors.Length);
        Assert.Equal(FieldValue.Of("1400"), Assert.Single(_shop.Stripe.Active("price_")).Members["unit_amount_decimal"]);
    }

    [Fact]
    public void StoreLostItsContent_OneRowHasTwoObjectsOfAResource_EachIsFoundAgain()
    {
        const string monthAndYear = """
            version: 1
            resources:
              product: { from: public.products, key: [id], stripe_id: "shop_{id}", fields: { name: { column: name } } }
              price:
                - { from: public.prices, key: [id], parent: { product: product_id }, fields: { currency: usd, unit_amount_decimal: { column: amount, convert: minor_units }, recurring.interval: month } }
                - { from: public.prices, key: [id], parent: { product: product_id }, fields: { currency: usd, unit_amount_decimal: { column: amount, convert: minor_units }, recurring.interval: year } }
            """;
        Change[] changes = [Change.Product(1, 1, "A", ChangeOp.Create), Change.Price(2, 7, 1, "10.00", ChangeOp.Create)];
        var yearly = Shop.Price(7) with { Resource = "price#2" };
        _shop.Yaml = monthAndYear;
        _shop.Deliver(changes);
        Assert.Equal("price#2:public.prices/7", (_shop.Stripe[_shop.State(yearly).StripeId!].Members["metadata"] as FieldValue.Object)!.Text("cdc_key"));

        var forgetful = new Shop { Yaml = monthAndYear };
        foreach (var (id, found) in _shop.Stripe.Objects) forgetful.Stripe.Objects[id] = found;
        forgetful.Deliver(changes);

        Assert.Empty(forgetful.Parked);
        Assert.Equal(_shop.State(Shop.Price(7)).StripeId, forgetful.State(Shop.Price(7)).StripeId);
        Assert.Equal(_shop.State(yearly).StripeId, forgetful.State(yearly).StripeId);
        Assert.Empty(forgetful.Stripe.Writes);
    }

    [Fact]
    public void StoreLostItsContent_AmountChanges_PriceFromBeforeTheCurrentOneIsNotTakenForItsSuccessor()
    {
        Put("shop_1", "id=shop_1&name=A&active=true&metadata[cdc_key]=public.products/1");
        Put("price_8", "id=price_8&product=shop_1&currency=usd&unit_amount_decimal=1000&active=false&metadata[cdc_key]=public.prices/7");
        Put("price_9", "id=price_9&product=shop_1&currency=usd&unit_amount_decimal=1200&active=true&metadata[cdc_key]=public.prices/7");
        _shop.Deliver(source =>
        {
            Change.Product(1, 1, "A", ChangeOp.Create).AddTo(source);
            Change.Price(2, 7, 1, "12.00", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
            Change.Price(3, 7, 1, "14.00").AddTo(source);
        });
        Assert.Equal(FieldValue.Of("1400"), Assert.Single(_shop.Stripe.Active("price_")).Members["unit_amount_decimal"]);
        Assert.Equal("price_9", Assert.Single(_shop.State(Shop.Price(7)).Predecessors));
    }

    /// <summary>The store has row 1 and knows nothing of row 2's object.</summary>
    private void Forgotten()
    {
        _shop.Deliver(Change.Customer(1, 1, "a@x", ChangeOp.Create));
        Put("cus_9", "id=cus_9&email=b@x&metadata[cdc_key]=public.customers/2");
    }

    /// <summary>Row 2 waits for a person, and has its object all the same.</summary>
    private void Waits()
    {
        Forgotten();
        _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, "/v1/customers", InMemoryStripe.Refused(400, "invalid_request_error", null, "email", "not so")));
        _shop.Deliver(Change.Customer(2, 2, "b@x", ChangeOp.Create));
        Assert.Equal(ParkReason.NeedsPerson, Assert.Single(_shop.Parked).Reason);
    }

    /// <summary>The process that finds it out stops before it reads anything.</summary>
    private void PutBack(long until)
    {
        Forgotten();
        _shop.Deliver(source => source.ThenStoreIsBehind(Customers, stored: 1, committed: until));
    }

    private void Put(string id, string form) => _shop.Stripe.Objects[id] = FormText.Merge(Parameters.Empty, form);
}
