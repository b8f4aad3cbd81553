using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Control;

/// <summary>What counts against the breadth limit, and as what.</summary>
public sealed class BreadthTests
{
    private readonly Shop _shop = new();

    [Fact]
    public void CarelessDeleteOfAllDefaultPrices_HeldOnesStayTheirProductsDefaults_AndEachCountsOnce()
    {
        _shop.Deliver(
        [
            .. Enumerable.Range(1, 10).Select(i => Change.Product((ulong)i, i, "P", ChangeOp.Create)),
            .. Enumerable.Range(1, 10).Select(i => Change.Price((ulong)(10 + i), i, i, "1.00", ChangeOp.Create, isDefault: true)),
        ]);

        _shop.Deliver(Enumerable.Range(1, 10).Select(i => Change.Delete((ulong)(100 + i), "prices", i)));

        Assert.Equal(7, _shop.Parked.Count(p => p.Reason == ParkReason.Breadth));
        Assert.Equal(7, _shop.Stripe.Active("price_").Count);
        Assert.Equal(7, Enumerable.Range(1, 10).Count(i => _shop.Stripe[$"shop_{i}"].Text("default_price") is { Length: > 0 }));
    }

    [Fact]
    public void CarelessMoveOfAllDefaultPrices_HeldOnesStayTheirProductsDefaults()
    {
        _shop.Deliver(
        [
            .. Enumerable.Range(1, 11).Select(i => Change.Product((ulong)i, i, "P", ChangeOp.Create)),
            .. Enumerable.Range(1, 10).Select(i => Change.Price((ulong)(20 + i), i, i, "1.00", ChangeOp.Create, isDefault: true)),
        ]);

        _shop.Deliver(Enumerable.Range(1, 10).Select(i => Change.Price((ulong)(100 + i), i, 11, "1.00")));

        Assert.Equal(7, _shop.Parked.Count(p => p.Reason == ParkReason.Breadth));
        Assert.Equal(7, Enumerable.Range(1, 10).Count(i => _shop.Stripe[$"shop_{i}"].Text("default_price") is { Length: > 0 }));
    }

    [Fact]
    public void CarelessUpdateTakesAllOutOfUse_CountsAsArchives_WithThoseOfRowsThatGo()
    {
        _shop.Deliver(Enumerable.Range(1, 10).Select(i => Change.Product((ulong)i, i, "P", ChangeOp.Create)));

        _shop.Deliver(source =>
        {
            Change.Product(101, 1, "P", status: "draft").AddTo(source);
            Change.Delete(102, "products", 2).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(10)));
            for (var i = 3; i <= 10; i++) Change.Product((ulong)(100 + i), i, "P", status: "draft").AddTo(source);
        });

        Assert.Equal(7, _shop.Parked.Count(p => p.Reason == ParkReason.Breadth));
        Assert.Equal(7, _shop.Stripe.Active("shop_").Count);
        Assert.Equal(3, _shop.Store.Audit.Count(a => a.Kind == "archive"));
        _shop.Time.Run(() => _shop.Store.ApproveAsync(ParkReason.Breadth, null, default));
        _shop.Deliver();
        Assert.Empty(_shop.Stripe.Active("shop_"));
    }
}
