using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>What goes first where many wait for their turns.</summary>
public sealed class UrgencyTests
{
    private readonly Shop _shop = new();

    private List<StripeRequest> Writes => [.. _shop.Stripe.Writes];

    [Fact]
    public void ChangeThatWaitedForItsParent_IsWoken_GoesBeforeTheRowsOfASnapshot()
    {
        _shop.Budget = new BudgetOptions(1, 1000, 0, 512);
        _shop.Deliver(source =>
        {
            for (var i = 1; i <= 60; i++) Change.Customer(10, i, $"{i}@shop.example").Read().AddTo(source);
            Change.Price(20, 7, 1, "1.00", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(3)));
            Change.Product(30, 1, "P", ChangeOp.Create).AddTo(source);
        });
        Assert.Equal(62, Writes.Count);
        Assert.InRange(Writes.FindIndex(w => w.Path == "/v1/prices"), 2, 10);
    }

    [Fact]
    public void SnapshotsRowThatWaitedForItsParent_IsWoken_GoesWithTheOthersOfItsSnapshot()
    {
        _shop.Budget = new BudgetOptions(1, 1000, 0, 512);
        _shop.Deliver(source =>
        {
            for (var i = 1; i <= 60; i++) Change.Customer(10, i, $"{i}@shop.example").Read().AddTo(source);
            Change.Price(10, 7, 1, "1.00").Read().AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(3)));
            Change.Product(30, 1, "P", ChangeOp.Create).AddTo(source);
        });
        Assert.Equal("/v1/prices", Writes[^1].Path);
    }

    [Fact]
    public void SuccessionIsStarted_ManyUpdatesWait_OldPriceIsArchivedBeforeThem()
    {
        _shop.Deliver([Change.Product(1, 1, "P", ChangeOp.Create), .. Enumerable.Range(1, 101).Select(i => Change.Price((ulong)(10 + i), i, 1, "1.00", ChangeOp.Create))]);
        var old = _shop.State(Shop.Price(101)).StripeId;
        _shop.Budget = new BudgetOptions(1000, 1, 0, 512);
        _shop.Stripe.Requests.Clear();
        _shop.Deliver([.. Enumerable.Range(1, 100).Select(i => Change.Price((ulong)(200 + i), i, 1, "1.00").With("nickname", ColumnValue.Of("new"))), Change.Price(301, 101, 1, "2.00")]);
        var created = Writes.FindIndex(w => w.Path == "/v1/prices");
        Assert.InRange(Writes.FindIndex(w => w.Path == $"/v1/prices/{old}") - created, 1, 3);
        Assert.Equal(102, Writes.Count);
    }
}
