using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Intake;

/// <summary>What is done beside the records keeps nothing else waiting.</summary>
public sealed class ChoresTests
{
    private static readonly TablePosition Truncated = new(new TableId("public", "customers"), 0, new StreamPosition(0, SourcePosition.OfLsn(20), new Instant(20, 0)));
    private readonly Shop _shop = new();

    [Fact]
    public void TruncatedTableIsGoneThrough_SlowlyPageByPage_OffsetsAreStoredMeanwhile()
    {
        IReadOnlyList<StoredOffset> meanwhile = [];
        _shop.Deliver(Change.Customer(15, 3, "c@x", ChangeOp.Create));
        _shop.Store.Paging = () => _shop.Time.Wait(TimeSpan.FromMinutes(1));
        _shop.Deliver(source =>
        {
            source.Then(() => _shop.Store.WriteAsync(new StateBatch { TablePositions = [Truncated] }, default));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(10)));
            Change.Product(30, 1, "A", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(10)));
            source.Then(() => Task.FromResult(meanwhile = [.. source.Commits]));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(1)));
        });
        Assert.Contains(meanwhile, c => c.Partition.Topic == "shop.public.products" && c.Next == 1);
        Assert.DoesNotContain(_shop.Stripe.Objects.Keys, id => id.StartsWith("cus_", StringComparison.Ordinal));
    }

    [Fact]
    public void TruncatedTableIsGoneThrough_OperatorPausesMeanwhile_NothingIsSent()
    {
        _shop.Deliver(Change.Customer(15, 3, "c@x", ChangeOp.Create), Change.Product(16, 1, "A", ChangeOp.Create));
        _shop.Store.Paging = () => _shop.Time.Wait(TimeSpan.FromMinutes(1));
        var requests = 0;
        _shop.Deliver(source =>
        {
            source.Then(() => _shop.Store.WriteAsync(new StateBatch { TablePositions = [Truncated] }, default));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(10)));
            source.Then(async () => await _shop.Store.SetControlsAsync(await _shop.Store.ControlsAsync(default) with { Paused = true }, default));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(2)));
            source.Then(() => Task.FromResult(requests = _shop.Stripe.Requests.Count));
            Change.Product(30, 1, "B").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
            source.Then(() => Task.FromResult(requests -= _shop.Stripe.Requests.Count));
            source.Then(async () => await _shop.Store.SetControlsAsync(await _shop.Store.ControlsAsync(default) with { Paused = false }, default));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMinutes(2)));
        });
        Assert.Equal(0, requests);
        Assert.Equal("B", _shop.Stripe["shop_1"].Text("name"));
    }
}
