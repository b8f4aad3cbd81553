using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>Creates whose answer was lost, of objects that carry no metadata.</summary>
public sealed class LostCreateTests
{
    private const string Mapping = Shop.Mapping + """

          product_feature:
            from: public.product_features
            key: [id]
            parent: { product: product_id }
            on_delete: delete
            fields:
              entitlement_feature: { column: feature }
          billing.meter:
            from: public.meters
            key: [id]
            fields:
              display_name: { column: event }
              event_name: { column: event }
              default_aggregation.formula: sum
        """;

    private const string Features = "/v1/products/shop_1/features";
    private static readonly StripeOutcome ServerError = InMemoryStripe.Refused(500, "api_error", null, null, "Something went wrong.");
    private readonly Shop _shop = new() { Yaml = Mapping };

    public LostCreateTests() => _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));

    private EntityState Only(string resource) => Assert.Single(_shop.Store.Entities, e => e.Key.Resource == resource);

    [Fact]
    public void Feature_AttachedBeforeTheServerError_IsLinked_AndGoesWithItsRow()
    {
        _shop.Stripe.Faults.Add(new Fault(FaultKind.FailAfterWrite, StripeMethod.Post, Features, ServerError));
        _shop.Deliver(Feature(10, 5, "feat_a"));
        Assert.Equal("prodft_1", Only("product_feature").StripeId);
        Assert.Empty(_shop.Parked);
        _shop.Deliver(Change.Delete(20, "product_features", 5));
        Assert.DoesNotContain("prodft_1", _shop.Stripe.Objects.Keys);
    }

    [Fact]
    public void Feature_OfAnotherRow_IsNotTaken()
    {
        _shop.Deliver(Feature(10, 5, "feat_a"));
        _shop.Deliver(Feature(11, 6, "feat_a"));
        Assert.Equal(ParkReason.Conflict, Assert.Single(_shop.Parked).Reason);
        Assert.Single(_shop.Store.Entities, e => e.StripeId == "prodft_1");
    }

    [Fact]
    public void Feature_ItsProductWasDeletedMeanwhile_RowWaitsForAPerson()
    {
        _shop.Stripe.Faults.Add(new Fault(FaultKind.FailAfterWrite, StripeMethod.Post, Features, ServerError));
        _shop.Stripe.Requested = () =>
        {
            if (_shop.Stripe.Requests[^1] is { Method: StripeMethod.Get, Path: Features }) _shop.Stripe.Objects.Clear();
        };

        _shop.Deliver(Feature(10, 5, "feat_a"));

        Assert.Equal(ParkReason.NeedsPerson, Assert.Single(_shop.Parked).Reason);
        Assert.Null(Only("product_feature").Intent);
        Assert.InRange(_shop.Stripe.Requests.Count(r => r.Path == Features), 1, 5);
    }

    [Fact]
    public void ListRefused_RowWaitsWithItsIntent_AndIsFinishedLater()
    {
        var refuses = true;
        _shop.Stripe.Faults.Add(new Fault(FaultKind.FailAfterWrite, StripeMethod.Post, Features, ServerError));
        _shop.Stripe.Requested = () =>
        {
            if (refuses && _shop.Stripe.Requests[^1] is { Method: StripeMethod.Get, Path: Features })
                _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Get, Features, InMemoryStripe.Refused(400, "invalid_request_error", null, null, "not so")));
        };

        _shop.Deliver(Feature(10, 5, "feat_a"));

        Assert.Contains("not so", Assert.Single(_shop.Parked).Message, StringComparison.Ordinal);
        Assert.NotNull(Only("product_feature").Intent);
        refuses = false;
        _shop.Deliver();
        Assert.Equal("prodft_1", Only("product_feature").StripeId);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void Meter_MadeBeforeTheServerError_IsLinked_NotTheOneThatIsOutOfUse()
    {
        _shop.Stripe.Objects["meters0"] = FormText.Merge(Parameters.Empty, "id=meters0&event_name=calls&status=inactive");
        _shop.Stripe.Faults.Add(new Fault(FaultKind.FailAfterWrite, StripeMethod.Post, "/v1/billing/meters", ServerError));
        _shop.Deliver(Row("meters", 10, 3, ("event", ColumnValue.Of("calls"))));
        Assert.Equal("meters1", Only("billing.meter").StripeId);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void Meter_StoreDoesNotKnowIt_IsLinked_AndShowsWhatTheRowSays()
    {
        _shop.Stripe.Objects["meters7"] = FormText.Merge(Parameters.Empty, "id=meters7&event_name=calls&display_name=Old&status=active&default_aggregation[formula]=sum");
        _shop.Deliver(source =>
        {
            source.ThenStoreIsBehind(new PartitionId("shop.public.meters", 0), stored: null, committed: 1);
            Row("meters", 10, 3, ("event", ColumnValue.Of("calls"))).AddTo(source);
        });
        Assert.Equal("meters7", Only("billing.meter").StripeId);
        Assert.Equal(FieldValue.Of("calls"), _shop.Stripe["meters7"].Members["display_name"]);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void Meter_AnswerWasLost_AndStripeForgotTheKey_IsLinked()
    {
        _shop.Stripe.Faults.Add(new Fault(FaultKind.LoseAnswer, StripeMethod.Post, "/v1/billing/meters"));
        _shop.Stripe.Requested = _shop.Stripe.ForgetKeys;
        _shop.Deliver(Row("meters", 10, 3, ("event", ColumnValue.Of("calls"))));
        Assert.Equal("meters1", Only("billing.meter").StripeId);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void Meter_OfAPerson_IsNotTaken()
    {
        _shop.Stripe.Objects["meters7"] = FormText.Merge(Parameters.Empty, "id=meters7&event_name=calls&display_name=Theirs&status=active&default_aggregation[formula]=sum");
        _shop.Deliver(Row("meters", 10, 3, ("event", ColumnValue.Of("calls"))));
        Assert.Equal(ParkReason.Conflict, Assert.Single(_shop.Parked).Reason);
        Assert.Null(Only("billing.meter").StripeId);
        Assert.Equal("Theirs", _shop.Stripe["meters7"].Text("display_name"));
    }

    [Fact]
    public void Meter_OfAnotherRow_IsNotTaken()
    {
        _shop.Deliver(Row("meters", 10, 3, ("event", ColumnValue.Of("calls"))));
        _shop.Deliver(Row("meters", 11, 4, ("event", ColumnValue.Of("calls"))));
        Assert.Equal(ParkReason.Conflict, Assert.Single(_shop.Parked).Reason);
        Assert.Single(_shop.Store.Entities, e => e.StripeId == "meters1");
    }

    private static Change Feature(ulong lsn, int id, string feature) => Row("product_features", lsn, id, ("product_id", ColumnValue.Of(1)), ("feature", ColumnValue.Of(feature)));

    private static Change Row(string table, ulong lsn, int id, params (string, ColumnValue)[] columns) =>
        new(ChangeOp.Create, table, lsn, Core.Values.Row.Of([("id", ColumnValue.Of(id)), .. columns])) { Key = Change.IdOf(id) };
}
