using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Intake;

/// <summary>From a table's record to the rows of its resources, where some of them cannot have it.</summary>
public sealed class RoutingTests
{
    private const string Product = """
          product:
            from: public.products
            key: [id]
            stripe_id: "shop_{id}"
            fields:
              name: { column: name }

        """;

    private const string Customer = """
          customer:
            from: public.products
            key: [sku]
            on_delete: delete
            fields:
              name: { column: name }

        """;

    private readonly Shop _shop = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TableOfTwoResources_DeleteHoldsTheKeyOfOneOnly_ThatOneHasIt_AndTheRecordWaitsForIt(bool itsResourceIsFirst)
    {
        _shop.Yaml = $"version: 1\nresources:\n{(itsResourceIsFirst ? Product + Customer : Customer + Product)}";
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create).With("sku", ColumnValue.Of("a")));
        var until = _shop.Time.GetUtcNow() + TimeSpan.FromMinutes(1);
        _shop.Stripe.Refuses = request => request.Method == StripeMethod.Post && _shop.Time.GetUtcNow() < until;

        _shop.Deliver(source =>
        {
            Change.Delete(10, "products", 1).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(30)));
            source.Then(() =>
            {
                Assert.Single(_shop.DeadLetters);
                Assert.DoesNotContain(source.Commits, c => c.Next > 1);
                return Task.CompletedTask;
            });
        });

        Assert.Empty(_shop.Stripe.Active("shop_"));
        Assert.Contains("sku of customer", Assert.Single(_shop.DeadLetters).Error, StringComparison.Ordinal);
        Assert.Contains(_shop.Source.Commits, c => c.Next == 2);
    }

    [Fact]
    public void KeyLongerThanARowIsFoundBy_IsKeptAsALetter_AndOthersFlow()
    {
        var key = ColumnValue.Of(new string('x', 1_100));

        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create).With("id", key), Change.Product(2, 2, "B", ChangeOp.Create));

        Assert.Contains("1024 bytes", Assert.Single(_shop.DeadLetters).Error, StringComparison.Ordinal);
        Assert.Equal(Shop.Product(2), Assert.Single(_shop.Store.Entities).Key);
        Assert.Contains(_shop.Source.Commits, c => c.Next == 2);
    }

    /// <summary><c>column.exclude.list</c> takes the key's column out of the row, and leaves it in the key.</summary>
    [Fact]
    public void RowWithoutItsKeysColumn_IsKnownByTheRecordsKey()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create).Without("id"));

        Assert.Empty(_shop.DeadLetters);
        Assert.Equal(Shop.Product(1), Assert.Single(_shop.Store.Entities).Key);
    }

    [Fact]
    public void RowMovesFromAKeyThatWasTooLong_HasItsObjectUnderTheNewOne()
    {
        var key = Row.Of(("id", ColumnValue.Of(new string('x', 1_100))));

        _shop.Deliver(Change.Product(1, 2, "B", ChangeOp.Create) with { OldKey = key });

        Assert.Equal("B", _shop.Stripe["shop_2"].Text("name"));
        Assert.Equal(Shop.Product(2), Assert.Single(_shop.Store.Entities).Key);
    }

    [Fact]
    public void ParentsKeyIsTooLong_RowIsHeld()
    {
        _shop.Deliver(Change.Price(1, 7, 1, "1.00", ChangeOp.Create).With("product_id", ColumnValue.Of(new string('x', 3_000))));

        Assert.Equal((ParkReason.Held, ""), (Assert.Single(_shop.Parked).Reason, _shop.Parked[0].WaitsFor));
    }

    [Fact]
    public void TruncateOfAVeryLargeTable_IsGoneThroughAsFastAsItsRowsGo()
    {
        const int rows = 1_200;
        _shop.Yaml = Shop.Mapping.Replace("at_least: 3", "at_least: 100000", StringComparison.Ordinal);
        _shop.Options = _shop.Options with { MaxUnsettled = 50 };
        _shop.Deliver(Change.Product(1, 1, "P", ChangeOp.Create));
        var first = _shop.State(Shop.Product(1));
        var others = Enumerable.Range(2, rows - 1).Select(i => first with { Key = Shop.Product(i), StripeId = $"shop_{i}", Version = 0 }).ToList();
        foreach (var other in others) _shop.Stripe.Objects[other.StripeId!] = _shop.Stripe["shop_1"];
        _shop.Time.Run(() => _shop.Store.WriteAsync(new StateBatch { Entities = [.. others] }, default));
        _shop.Stripe.Requests.Clear();
        List<int> sentBefore = [];
        _shop.Store.Paging = () =>
        {
            sentBefore.Add(_shop.Stripe.Writes.Count());
            return Task.CompletedTask;
        };

        _shop.Deliver(Change.Truncate(10, "products"));

        Assert.Equal(rows, _shop.Stripe.Writes.Count());
        Assert.True(sentBefore[1] >= 400 && sentBefore[2] >= 900, string.Join(' ', sentBefore));
    }
}
