using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Claims;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

public sealed class ClaimTests
{
    private readonly Shop _shop = new();

    public ClaimTests() => _shop.Deliver(Change.Product(1, 1, "P", ChangeOp.Create));

    private FieldValue? Default => _shop.Stripe["shop_1"].Members.GetValueOrDefault("default_price");

    private FieldValue IdOf(int price) => FieldValue.Of(_shop.State(Shop.Price(price)).StripeId!);

    [Fact]
    public void BsTrueThenAsLateFalse_LeavesBsDefault()
    {
        _shop.Deliver(Change.Price(10, 1, 1, "1.00", ChangeOp.Create, isDefault: true), Change.Price(11, 2, 1, "2.00", ChangeOp.Create));
        Assert.Equal(IdOf(1), Default);
        _shop.Deliver(Change.Price(21, 2, 1, "2.00", isDefault: true));
        _shop.Deliver(Change.Price(20, 1, 1, "1.00"));
        Assert.Equal(IdOf(2), Default);
    }

    [Fact]
    public void OlderClaimArrivesLast_NewestClaimantKeepsTheDefault()
    {
        _shop.Deliver(Change.Price(10, 1, 1, "1.00", ChangeOp.Create), Change.Price(11, 2, 1, "2.00", ChangeOp.Create));
        _shop.Deliver(Change.Price(31, 2, 1, "2.00", isDefault: true));
        _shop.Deliver(Change.Price(30, 1, 1, "1.00", isDefault: true));
        Assert.Equal(IdOf(2), Default);
    }

    [Fact]
    public void RowBornAfterAFailOver_ClaimsAfterARowThatIsOfTwoEpochs_HasTheDefault()
    {
        _shop.Deliver(Change.Price(500, 1, 1, "1.00", ChangeOp.Create) with { At = 10 });
        _shop.Deliver(Change.Price(100, 1, 1, "1.00", isDefault: true) with { At = 20 });
        Assert.Equal(IdOf(1), Default);
        _shop.Deliver(Change.Price(200, 2, 1, "2.00", ChangeOp.Create, isDefault: true) with { At = 30 });
        Assert.Equal((1, 0), (_shop.State(Shop.Price(1)).Streamed!.Value.Epoch, _shop.State(Shop.Price(2)).Streamed!.Value.Epoch));
        Assert.Equal(IdOf(2), Default);
    }

    [Theory]
    [InlineData(0, 200, 30, 1, 100, 20)] // each key counts its own epochs
    [InlineData(0, 100, 30, 0, 200, 20)] // another log, or a transaction that was open for long
    [InlineData(0, 200, 20, 0, 100, 20)] // of one transaction
    [InlineData(0, 200, null, 0, 100, 20)]
    [InlineData(0, 100, 20, -1, 0, null)] // given up
    [InlineData(-1, 0, null, -2, 0, null)] // being given up
    public void IsNewer_OfTwoRows_IsToldByTheirTimesThenTheirPlaces(int epoch, ulong lsn, int? at, int otherEpoch, ulong otherLsn, int? otherAt)
    {
        var claim = ClaimOf(1, epoch, lsn, at);
        var other = ClaimOf(2, otherEpoch, otherLsn, otherAt);
        Assert.True(ClaimLedger.IsNewer(claim, other));
        Assert.False(ClaimLedger.IsNewer(other, claim));
    }

    private static Claim ClaimOf(int price, int epoch, ulong lsn, int? at) => new(
        ClaimKinds.DefaultPrice, "shop_1", Shop.Price(price), new StreamPosition(epoch, lsn == 0 ? default : SourcePosition.OfLsn(lsn), at is { } seconds ? new Instant(seconds, 0) : null));

    [Fact]
    public void DefaultHoldersRowGoes_DefaultMovesToTheNewestOtherClaimant()
    {
        _shop.Deliver(Change.Price(10, 1, 1, "1.00", ChangeOp.Create, isDefault: true), Change.Price(11, 2, 1, "2.00", ChangeOp.Create, isDefault: true));
        Assert.Equal(IdOf(2), Default);
        _shop.Deliver(Change.Delete(20, "prices", 2));
        Assert.Equal(IdOf(1), Default);
        Assert.Equal(FieldValue.Of(false), _shop.Stripe[_shop.State(Shop.Price(2)).StripeId!].Members["active"]);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void OnlyDefaultsRowGoes_DefaultIsUnsetBeforeItIsArchived()
    {
        _shop.Deliver(Change.Price(10, 1, 1, "1.00", ChangeOp.Create, isDefault: true));
        _shop.Deliver(Change.Delete(20, "prices", 1));
        Assert.True(Default is null or FieldValue.None);
        Assert.Empty(_shop.Stripe.Active("price_"));
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void LookupKeyMovesToAnotherRow_NewestHoldsIt_InEitherOrder()
    {
        _shop.Deliver(Change.Price(10, 1, 1, "1.00", ChangeOp.Create, lookup: "std"), Change.Price(11, 2, 1, "2.00", ChangeOp.Create));
        _shop.Deliver(Change.Price(21, 2, 1, "2.00", lookup: "std"));
        _shop.Deliver(Change.Price(20, 1, 1, "1.00"));
        Assert.Equal(FieldValue.Of("std"), _shop.Stripe[_shop.State(Shop.Price(2)).StripeId!].Members["lookup_key"]);
        Assert.True(_shop.Stripe[_shop.State(Shop.Price(1)).StripeId!].Members.GetValueOrDefault("lookup_key") is null or FieldValue.None);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void BothGiveUpTheDefault_OneWhileItStillReadsWhoHasIt_DefaultIsUnset()
    {
        _shop.Deliver(Change.Price(10, 1, 1, "1.00", ChangeOp.Create, isDefault: true), Change.Price(11, 2, 1, "2.00", ChangeOp.Create));
        _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Get, "/v1/products/shop_1", InMemoryStripe.Refused(503, "api_error", null, null, "away")));
        _shop.Deliver(source =>
        {
            Change.Price(20, 1, 1, "1.00").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(50)));
            Change.Price(21, 2, 1, "2.00", isDefault: true).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(200)));
            Change.Price(22, 2, 1, "2.00").AddTo(source);
        });
        Assert.True(Default is null or FieldValue.None, $"{Default}");
    }

    [Fact]
    public void LookupKeyGivenUpBeforeItsClaimWasStored_AndAllWasReadAfreshMeanwhile_LeavesNoClaim()
    {
        _shop.Deliver(Change.Customer(9, 5, "a@shop.example", ChangeOp.Create), Change.Price(10, 2, 1, "2.00", ChangeOp.Create));
        _shop.Budget = new BudgetOptions(1000, 1000, 0, MaxConcurrency: 1);
        _shop.Stripe.Latency = TimeSpan.FromSeconds(5);
        _shop.Deliver(source =>
        {
            Change.Customer(20, 5, "b@shop.example").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            Change.Price(21, 2, 1, "2.00", lookup: "std").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            source.Then(() => _shop.Store.WriteAsync(new StateBatch { Entities = [_shop.State(Shop.Product(1))] }, default));
            Change.Product(22, 1, "P").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            Change.Price(23, 2, 1, "2.00").AddTo(source);
        });
        Assert.Equal(2, _shop.Stripe.Writes.Count(w => w.Path.StartsWith("/v1/customers", StringComparison.Ordinal)));
        Assert.Empty(Claims("lookup_key", "std"));
    }

    private IReadOnlyList<Claim> Claims(string kind, string value) => _shop.Store.ClaimsAsync(kind, value, default).Result;

    [Fact]
    public void WritesToOneStripeObject_NeverOverlap()
    {
        _shop.Deliver(
            Change.Price(10, 1, 1, "1.00", ChangeOp.Create), Change.Price(11, 2, 1, "2.00", ChangeOp.Create, isDefault: true), Change.Price(12, 3, 1, "3.00", ChangeOp.Create, isDefault: true));
        Assert.Equal(IdOf(3), Default);
        _shop.Stripe.Requests.Clear();

        _shop.Deliver(Change.Price(20, 1, 1, "1.00", isDefault: true), Change.Product(21, 1, "P2"));

        Assert.Equal(2, _shop.Stripe.Writes.Count(r => r.Path == "/v1/products/shop_1"));
        Assert.Equal((IdOf(1), "P2"), (Default, _shop.Stripe["shop_1"].Text("name")));
        Assert.False(_shop.Stripe.Overlapped);
    }

    [Fact]
    public void RowMovedByAnotherProcess_ItsFormerKeyClaimsAnewWhenThePartitionIsBack()
    {
        _shop.DeliverTogether(
            one =>
            {
                Change.Price(10, 1, 1, "1.00", ChangeOp.Create, lookup: "std").AddTo(one);
                one.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(2)));
                one.ThenRebalance(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
                Change.Price(30, 1, 1, "3.00", ChangeOp.Create, lookup: "std").AddTo(one);
            },
            two =>
            {
                two.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(4)));
                (Change.Price(20, 2, 1, "1.00", ChangeOp.Create, lookup: "std") with { OldKey = Change.IdOf(1), Partition = 1 }).AddTo(two);
                two.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
                (Change.Price(21, 2, 1, "2.00", lookup: "std") with { Partition = 1 }).AddTo(two);
            });

        Assert.Equal("std", _shop.Stripe[_shop.State(Shop.Price(1)).StripeId!].Text("lookup_key"));
    }

    [Fact]
    public void LookupKeyTakenFromARowWhoseKeyChangesMeanwhile_RowKnowsAndTakesItBack()
    {
        _shop.Deliver(Change.Price(10, 1, 1, "1.00", ChangeOp.Create, lookup: "std"), Change.Price(11, 2, 1, "2.00", ChangeOp.Create));
        _shop.Deliver(Change.Price(12, 1, 1, "1.00"));
        var told = false;
        _shop.Store.Loading = keys =>
        {
            if (told || !keys.Contains(Shop.Price(1)) || LookupKey(2) != "std") return Task.CompletedTask;
            told = true;
            return _shop.Time.Wait(TimeSpan.FromSeconds(5));
        };

        _shop.DeliverTogether(
            one => Change.Price(20, 2, 1, "2.00", lookup: "std").AddTo(one),
            two =>
            {
                two.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(3)));
                (Change.Price(30, 3, 1, "1.00", ChangeOp.Create) with { OldKey = Change.IdOf(1), Partition = 1 }).AddTo(two);
                (Change.Price(31, 3, 1, "1.00", lookup: "std") with { Partition = 1 }).AddTo(two);
            });

        Assert.True(told);
        Assert.Equal("std", LookupKey(3));
    }

    [Fact]
    public void AnotherProcessWritesTheRow_WhileItsStoredStepIsLookedAtAgain_GrantGoesBack()
    {
        _shop.Deliver(Change.Price(10, 1, 1, "1.00", ChangeOp.Create, lookup: "std"), Change.Price(11, 2, 1, "2.00", ChangeOp.Create));
        _shop.Budget = new BudgetOptions(1000, 1000, 0, MaxConcurrency: 1);
        var met = false;
        _shop.Store.Loading = keys =>
        {
            if (met || !keys.Contains(Shop.Price(1)) || _shop.State(Shop.Price(2)).Intent is null) return Task.CompletedTask;
            met = true;
            throw new StateConflictException("another process wrote the row");
        };
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(10), _shop.Time);

        _shop.Deliver(
            source =>
            {
                Change.Price(20, 2, 1, "2.00", lookup: "std").AddTo(source);
                source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(1)));
                Change.Price(21, 3, 1, "3.00", ChangeOp.Create).AddTo(source);
            },
            stop.Token);

        Assert.True(met);
        Assert.Equal(3, _shop.Stripe.Active("price_").Count);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(12)]
    public void FeatureHasTheSameLookupKeyAsAPrice_EachHasItsOwn(ulong feature)
    {
        _shop.Yaml = Shop.Mapping + """

              entitlements.feature:
                from: public.features
                key: [id]
                fields: { name: { column: name }, lookup_key: { column: lookup_key } }
            """;
        _shop.Deliver(Change.Price(11, 1, 1, "1.00", ChangeOp.Create, lookup: "pro"));

        _shop.Deliver(new Change(ChangeOp.Create, "features", feature, Row.Of(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("Pro")), ("lookup_key", ColumnValue.Of("pro")))) { Key = Change.IdOf(1) });
        _shop.Deliver(Change.Price(21, 1, 1, "2.00", lookup: "pro"));

        Assert.Equal("pro", LookupKey(1));
        Assert.Equal("pro", Assert.Single(_shop.Stripe.Active("features")).Text("lookup_key"));
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void LookupKeyIsGivenOnlyOnce_RowsLaterWordTakesItFromNobody()
    {
        _shop.Yaml = Shop.Mapping.Replace("lookup_key: { column: lookup_key }", "lookup_key: { column: lookup_key, owner: source_on_create }", StringComparison.Ordinal);
        _shop.Deliver(Change.Price(10, 1, 1, "1.00", ChangeOp.Create, lookup: "std"));
        _shop.Deliver(Change.Price(20, 1, 1, "1.00", lookup: "pro"));
        _shop.Deliver(Change.Price(15, 2, 1, "2.00", ChangeOp.Create, lookup: "pro"));
        Assert.Equal(("std", "pro"), (LookupKey(1), LookupKey(2)));
        _shop.Deliver(Change.Price(30, 1, 1, "3.00", lookup: "pro"), Change.Price(31, 2, 1, "4.00"));
        Assert.Equal(("std", "pro"), (LookupKey(1), LookupKey(2)));
        Assert.Empty(_shop.Parked);
    }

    private string? LookupKey(int price) => _shop.Stripe[_shop.State(Shop.Price(price)).StripeId!].Text("lookup_key");
}
