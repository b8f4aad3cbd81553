using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Settling;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Settling;

public sealed class OutageTests
{
    private readonly Shop _shop = new();

    [Fact]
    public void RegistryAway_PartitionIsAskedFor_IsGivenUpInTime_AndItsRecordIsNotTaken()
    {
        var back = _shop.Time.GetUtcNow() + TimeSpan.FromSeconds(30);
        var asked = DateTimeOffset.MinValue;
        var given = DateTimeOffset.MaxValue;
        _shop.Deliver(source =>
        {
            source.RegistryAway = () => _shop.Time.GetUtcNow() < back;
            Change.Product(1, 1, "A", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            source.Then(() => Task.FromResult(asked = _shop.Time.GetUtcNow()));
            source.ThenRevoke("shop.public.products", TimeSpan.FromSeconds(5), _shop.Time);
            source.Then(() => Task.FromResult(given = _shop.Time.GetUtcNow()));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(1)));
        });
        Assert.InRange(given - asked, TimeSpan.Zero, TimeSpan.FromSeconds(6));
        Assert.Empty(_shop.Stripe.Writes);
    }

    [Fact]
    public void StoreAway_AnotherWriteIsBefore_PartitionIsGivenUpInTime()
    {
        _shop.Options = _shop.Options with { CommitInterval = TimeSpan.FromSeconds(1) };
        var (away, back) = (DateTimeOffset.MaxValue, DateTimeOffset.MaxValue);
        var asked = DateTimeOffset.MinValue;
        var given = DateTimeOffset.MaxValue;
        _shop.Store.Writing = _ =>
        {
            if (_shop.Time.GetUtcNow() is var now && now >= away && now < back) throw new StateStoreUnavailableException("away", new IOException());
        };
        _shop.Deliver(source =>
        {
            Change.Product(1, 1, "A", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(500)));
            source.Then(() => Task.FromResult((away, back) = (_shop.Time.GetUtcNow(), _shop.Time.GetUtcNow() + TimeSpan.FromSeconds(30))));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            source.Add("shop.public.customers", 0, _ => new DecodedRecord.Skipped(SkippedKind.Tombstone));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(100)));
            source.Then(() => Task.FromResult(asked = _shop.Time.GetUtcNow()));
            source.ThenRevoke("shop.public.customers", TimeSpan.FromSeconds(5), _shop.Time);
            source.Then(() => Task.FromResult(given = _shop.Time.GetUtcNow()));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(1)));
        });
        Assert.InRange(given - asked, TimeSpan.Zero, TimeSpan.FromSeconds(6));
    }

    [Fact]
    public void StoreAwayWhileAPartitionIsAskedFor_OffsetsOfTheOthersAreStoredLater()
    {
        _shop.Options = _shop.Options with { CommitInterval = TimeSpan.FromSeconds(30) };
        _shop.Deliver(source =>
        {
            Change.Product(1, 1, "A", ChangeOp.Create).AddTo(source);
            Change.Customer(2, 5, "a@shop.example", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
            source.Then(() => Task.FromResult(_shop.Store.Away = true));
            source.ThenRevoke("shop.public.customers", TimeSpan.FromSeconds(5), _shop.Time);
            source.Then(() => Task.FromResult(_shop.Store.Away = false));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(2)));
        });
        var products = new PartitionId("shop.public.products", 0);
        Assert.Contains(_shop.Source.Commits, c => c.Partition == products && c.Next == 1);
    }

    [Fact]
    public void KafkasCommitTakesLong_PartitionIsAskedFor_IsGivenUpInTime()
    {
        _shop.Options = _shop.Options with { CommitInterval = TimeSpan.FromMinutes(30) };
        var asked = DateTimeOffset.MinValue;
        var given = DateTimeOffset.MaxValue;
        _shop.Deliver(source =>
        {
            source.Committing = () => _shop.Time.Wait(TimeSpan.FromMinutes(10));
            Change.Product(1, 1, "A", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
            source.Then(() => Task.FromResult(asked = _shop.Time.GetUtcNow()));
            source.ThenRevoke("shop.public.products", TimeSpan.FromSeconds(5), _shop.Time);
            source.Then(() => Task.FromResult(given = _shop.Time.GetUtcNow()));
        });
        Assert.InRange(given - asked, TimeSpan.Zero, TimeSpan.FromSeconds(6));
    }

    [Fact]
    public void KafkasCommitTakesLong_StopEndsInTime()
    {
        _shop.Options = _shop.Options with { CommitInterval = TimeSpan.FromSeconds(1) };
        var begun = _shop.Time.GetUtcNow();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(10), _shop.Time);
        _shop.Deliver(
            source =>
            {
                source.Committing = () => _shop.Time.Wait(TimeSpan.FromMinutes(10));
                Change.Product(1, 1, "A", ChangeOp.Create).AddTo(source);
                source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
                Change.Product(2, 2, "B", ChangeOp.Create).AddTo(source);
            },
            stop.Token);
        Assert.InRange(_shop.Time.GetUtcNow() - begun, TimeSpan.Zero, TimeSpan.FromSeconds(13));
    }

    [Fact]
    public void RegistryAway_RecordsWait_NothingIsDeadLettered()
    {
        var away = true;
        _shop.Deliver(source =>
        {
            source.RegistryAway = () => away;
            Change.Product(1, 1, "A", ChangeOp.Create).AddTo(source);
            source.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromMinutes(10));
                Assert.DoesNotContain(_shop.Source.Commits, c => c.Next > 0);
                away = false;
            });
        });
        Assert.Single(_shop.Stripe.Objects);
        Assert.Empty(_shop.Notes.DeadLetters);
    }

    [Fact]
    public void SchemaOfOnePartitionAway_MoreThanFitsIsBehindIt_OthersAreReadOn()
    {
        _shop.Options = _shop.Options with { MaxUnsettled = 10 };
        var back = _shop.Time.GetUtcNow() + TimeSpan.FromMinutes(2);
        _shop.Deliver(source =>
        {
            source.SchemaAway = origin => _shop.Time.GetUtcNow() < back && origin.Partition == 1;
            (Change.Product(1, 1, "A", ChangeOp.Create) with { Partition = 1 }).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            for (var i = 2; i <= 30; i++) (Change.Product((ulong)i, i, "A", ChangeOp.Create) with { Partition = 1 }).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            Change.Product(40, 40, "B", ChangeOp.Create).AddTo(source);
            source.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromMinutes(1));
                Assert.Equal("shop_40", Assert.Single(_shop.Stripe.Objects).Key);
            });
        });
        Assert.Equal(31, _shop.Stripe.Objects.Count);
        Assert.Empty(_shop.Source.Paused);
    }

    [Fact]
    public void SchemaOfOnePartitionIsLookedUpSlowly_MoreThanFitsCameWithIt_OthersAreReadOn()
    {
        _shop.Options = _shop.Options with { MaxUnsettled = 10 };
        var back = _shop.Time.GetUtcNow() + TimeSpan.FromMinutes(2);
        _shop.Deliver(source =>
        {
            source.SchemaAway = origin => _shop.Time.GetUtcNow() < back && origin.Partition == 1;
            source.SchemaLookUp = () => _shop.Time.Wait(TimeSpan.FromMilliseconds(500));
            for (var i = 1; i <= 30; i++) (Change.Product((ulong)i, i, "A", ChangeOp.Create) with { Partition = 1 }).AddTo(source);
            source.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromMilliseconds(100)); // not told yet that it is away
                Assert.Single(source.Paused);
            });
            Change.Product(40, 40, "B", ChangeOp.Create).AddTo(source);
            source.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromMinutes(1));
                Assert.Equal("shop_40", Assert.Single(_shop.Stripe.Objects).Key);
            });
        });
        Assert.Equal(31, _shop.Stripe.Objects.Count);
        Assert.Empty(_shop.Source.Paused);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    public void SchemaAway_PartitionGoesAndComesBack_IsReadOn(int goneMilliseconds)
    {
        var isAway = true;
        _shop.Deliver(source =>
        {
            source.SchemaAway = _ => isAway;
            Change.Product(1, 1, "A", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1.5)));
            source.ThenRebalance(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromMilliseconds(goneMilliseconds));
                isAway = false;
            });
            Change.Product(1, 1, "A", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
            Change.Product(2, 2, "B", ChangeOp.Create).AddTo(source);
        });
        Assert.Equal(2, _shop.Stripe.Objects.Count);
        Assert.Empty(_shop.Source.Paused);
    }

    [Fact]
    public void StripeAway_RowsWait_NothingIsDeadLetteredOrParked()
    {
        for (var i = 0; i < 8; i++) _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, "/v1/products", new StripeOutcome.NoAnswer("circuit open", false)));
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Product(2, 2, "B", ChangeOp.Create));
        Assert.Equal(2, _shop.Stripe.Objects.Count);
        Assert.Empty(_shop.Notes.DeadLetters);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void Offsets_NeverPassAnUnsettledRecord()
    {
        for (var i = 0; i < 6; i++) _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, "shop_2", InMemoryStripe.Refused(500, "api_error", null, null, "no")));
        _shop.Deliver(Enumerable.Range(1, 4).Select(i => Change.Product((ulong)i, i, "A", ChangeOp.Create)));
        var seen = false;
        _shop.Deliver(source =>
        {
            foreach (var i in Enumerable.Range(1, 4)) Change.Product((ulong)(10 + i), i, "B").AddTo(source);
            source.Then(async () =>
            {
                await _shop.Time.Wait(TimeSpan.FromSeconds(1));
                seen = _shop.Source.Commits.Count > 0 && _shop.Source.Commits.All(c => c.Next <= 5);
                Assert.Equal("5:1-2", _shop.Source.Commits[^1].Metadata);
            });
        });
        Assert.True(seen);
        Assert.Equal(8, _shop.Source.Commits[^1].Next);
    }

    [Fact]
    public void CustomerNameIsNotSentTwice_WhenTheRunStopsAfterItsSettlement()
    {
        _shop.Deliver(Change.Customer(1, 1, "a@x", ChangeOp.Create));
        _shop.Deliver(Change.Customer(1, 1, "a@x", ChangeOp.Create));
        Assert.Equal(FieldValue.Of("a@x"), Assert.Single(_shop.Stripe.Objects).Value.Members["email"]);
    }
}
