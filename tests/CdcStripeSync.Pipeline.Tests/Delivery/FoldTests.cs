using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

public sealed class FoldTests
{
    private readonly Shop _shop = new();

    [Fact]
    public void FiveEventsForAKeyThatWaitsForBudget_CostOneRequest()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Budget = new BudgetOptions(1, 1, 0, 1);
        var before = _shop.Stripe.Requests.Count;
        _shop.Deliver(Enumerable.Range(2, 5).Select(i => Change.Product((ulong)i, 1, $"B{i}")));
        Assert.Equal(before + 1, _shop.Stripe.Requests.Count);
        Assert.Equal(FieldValue.Of("B6"), _shop.Stripe["shop_1"].Members["name"]);
    }

    [Fact]
    public void OneRowTakesManyRefolds_IsNotParkedForTooManySteps()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Product(1, 2, "B", ChangeOp.Create));
        _shop.Budget = new BudgetOptions(1, 1, 0, 1);
        _shop.Stripe.Requests.Clear();
        _shop.Deliver(source =>
        {
            for (var i = 2; i < 82; i++)
            {
                var between = TimeSpan.FromSeconds(i == 2 ? 0.5 : 1);
                Change.Product((ulong)i, 2, $"B{i}").AddTo(source); // takes each grant that the other gives back for a newer change
                Change.Product((ulong)i, 1, $"A{i}").AddTo(source);
                source.Then(() => _shop.Time.Wait(between));
            }
        });
        var writes = _shop.Stripe.Writes.Select(r => r.Path).ToList();
        Assert.True(writes.IndexOf("/v1/products/shop_1") > 65, string.Join('\n', writes));
        Assert.Single(writes, path => path == "/v1/products/shop_1");
        Assert.Equal("A81", _shop.Stripe["shop_1"].Text("name"));
        Assert.Empty(_shop.Notes.Parks);
    }

    [Fact]
    public void OwnedFieldsEqualBase_CostsNoRequest()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        var before = _shop.Stripe.Requests.Count;
        _shop.Deliver(Change.Product(2, 1, "A").With("cost", ColumnValue.Of(3)));
        Assert.Equal(before, _shop.Stripe.Requests.Count);
        Assert.Equal(2u, _shop.State(Shop.Product(1)).Streamed!.Value.Position.Major);
    }

    [Fact]
    public void RetryOvertakenByANewerEvent_SendsTheNewerValueOnly()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        for (var i = 0; i < 4; i++) _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, "shop_1", InMemoryStripe.Refused(429, "invalid_request_error", "lock_timeout", null, "locked")));
        List<StripeRequest> before = [];
        _shop.Deliver(source =>
        {
            Change.Product(2, 1, "B").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(300)));
            source.Then(() =>
            {
                before = [.. _shop.Stripe.Writes];
                return Task.CompletedTask;
            });
            Change.Product(3, 1, "C").AddTo(source);
        });
        Assert.Contains(before, w => Says(w, "B"));
        Assert.True(_shop.Stripe.Faults.Count == 0 && _shop.Stripe.Writes.Count() > before.Count + 1);
        Assert.All(_shop.Stripe.Writes.Skip(before.Count), w => Assert.True(Says(w, "C"), w.Form));
        Assert.Equal(FieldValue.Of("C"), _shop.Stripe["shop_1"].Members["name"]);

        static bool Says(StripeRequest write, string name) => FormText.Value(write.Form, "name") == name;
    }

    [Fact]
    public void OneKeyRetries_OthersAreNotHeldUp()
    {
        for (var i = 0; i < 12; i++) _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, "shop_1", InMemoryStripe.Refused(500, "api_error", null, null, "no")));
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Product(2, 2, "B", ChangeOp.Create));
        _shop.Stripe.Requests.Clear();
        var started = _shop.Time.GetUtcNow();
        var second = DateTimeOffset.MaxValue;
        _shop.Deliver(source =>
        {
            Change.Product(3, 1, "A2").AddTo(source);
            Change.Product(4, 2, "B2").AddTo(source);
            source.Then(async () =>
            {
                while (_shop.Stripe["shop_2"].Members["name"] != FieldValue.Of("B2")) await _shop.Time.Wait(TimeSpan.FromMilliseconds(10));
                second = _shop.Time.GetUtcNow();
            });
        });
        Assert.True(second - started < TimeSpan.FromSeconds(1), $"{second - started}");
        Assert.Equal(FieldValue.Of("A2"), _shop.Stripe["shop_1"].Members["name"]);
    }

    [Fact]
    public void SoldAndGoneWithinOneRead_LeavesAnArchivedObject()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Delete(2, "products", 1));
        Assert.Equal(FieldValue.Of(false), _shop.Stripe["shop_1"].Members["active"]);
        Assert.Equal(EntityPhase.Archived, _shop.State(Shop.Product(1)).Phase);
    }

    [Fact]
    public void EndLeftUndoneByADeadProcess_ComesBeforeTheRowsNewBeginning_ThoughItsParentWasWaitedFor()
    {
        _shop.Deliver(Change.Product(1, 1, "P", ChangeOp.Create), Change.Price(2, 7, 1, "5.00", ChangeOp.Create));
        var known = _shop.State(Shop.Price(7));
        var gone = known with { RowExists = false, Streamed = new StreamPosition(0, SourcePosition.OfLsn(3), new Instant(3, 0)) };
        var waited = new ParkedRow(known.Key, ParkReason.Parent, "product/1", "its product has no object yet", "", _shop.Time.GetUtcNow());
        _shop.Time.Run(() => _shop.Store.WriteAsync(new StateBatch { Entities = [gone], Park = [waited] }, default));
        _shop.Deliver(Change.Delete(3, "prices", 7), Change.Price(4, 7, 9, "5.00", ChangeOp.Create));
        Assert.Empty(_shop.Stripe.Active("price_"));
        Assert.Equal("product/9", Assert.Single(_shop.Parked).WaitsFor);
    }

    [Fact]
    public void ObjectDeletedInStripe_IsMadeAnew()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Stripe.Objects.Clear();
        _shop.Deliver(Change.Product(2, 1, "B"));
        Assert.Equal(FieldValue.Of("B"), Assert.Single(_shop.Stripe.Objects).Value.Members["name"]);
    }
}
