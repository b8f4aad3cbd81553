using CdcStripeSync.Core.Changes;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>More rows wait than may be worked on at the same time.</summary>
public sealed class LaneSlotTests
{
    private const int Rows = 60;
    private readonly Shop _shop = new() { Options = new() { MaxLanes = 2 }, Budget = new BudgetOptions(10, 10, 0, 10) };

    [Fact]
    public void LiveChangesComeBehindASnapshot_TheyGoFirst_AndTheSnapshotGoesOn()
    {
        _shop.Deliver([.. Snapshot(), .. Enumerable.Range(100, Rows).Select(id => Change.Product(100, id, "live", ChangeOp.Create))]);
        var order = Order();
        Assert.Equal(2 * Rows, order.Count);
        Assert.InRange(order.Take(Rows).Count(id => id >= 100), Rows * 3 / 4, Rows - 1);
        Assert.InRange(order.Take(Rows / 2).Count(id => id < 100), 2, Rows / 4);
    }

    [Fact]
    public void RowOfASnapshotWaits_ChangeOfItComes_ItGoesBeforeTheOthers()
    {
        const int Hurried = 50;
        _shop.Deliver([.. Snapshot(), Change.Product(100, Hurried, "live")]);
        Assert.InRange(Order().IndexOf(Hurried), 0, 5);
        Assert.Equal(Rows, Order().Count);
    }

    private static IEnumerable<Change> Snapshot() => Enumerable.Range(0, Rows).Select(id => Change.Product(10, id, "snapshot").Read(SnapshotKind.Incremental));

    /// <summary>The rows in the order of their creation.</summary>
    private List<int> Order() =>
        [.. _shop.Stripe.Writes.Where(r => r.Path == "/v1/products").Select(r => int.Parse(r.Form.Split('&').First(p => p.StartsWith("id=shop_", StringComparison.Ordinal))[8..], System.Globalization.CultureInfo.InvariantCulture))];
}
