using CdcStripeSync.Core.Catalogue;
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

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void RowMovesToAKeyThatIsTooLong_HasNoObjectMeanwhile_AndOneAfterwards(bool deleteHalf, bool createHalf)
    {
        var key = ColumnValue.Of(new string('x', 1_100));
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));

        if (deleteHalf) _shop.Deliver(Change.Delete(20, "products", 1) with { NewKey = Row.Of(("id", key)) });
        if (createHalf) _shop.Deliver(Change.Product(20, 1, "A", ChangeOp.Create).With("id", key) with { OldKey = Change.IdOf(1) });
        Assert.Empty(_shop.Stripe.Active("shop_"));
        Assert.All(_shop.DeadLetters, l => Assert.Contains(": 1100 bytes", l.Error, StringComparison.Ordinal));
        Assert.NotEmpty(_shop.DeadLetters);

        _shop.Deliver(Change.Product(30, 2, "B", ChangeOp.Create) with { OldKey = Row.Of(("id", key)) });
        Assert.Equal("shop_2", Assert.Single(_shop.Stripe.Active("shop_")).Text("id"));
    }

    [Fact]
    public void UpdateToANullInTheKey_ThatDoesNotTellTheKeyBefore_IsKeptAsALetter()
    {
        _shop.Yaml = $"version: 1\nresources:\n{Customer}";
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create).With("sku", ColumnValue.Of("S")), Change.Product(2, 1, "A").With("sku", ColumnValue.Null));
        Assert.Contains("does not tell what it was before", Assert.Single(_shop.DeadLetters).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void RowWithANullInItsKey_HasNoObject_AndIsCounted()
    {
        _shop.Yaml = $"version: 1\nresources:\n{Customer}";
        var before = Row.Of(("id", ColumnValue.Of(1)), ("sku", ColumnValue.Null), ("name", ColumnValue.Of("A")));

        _shop.Deliver(
            Change.Product(1, 1, "A", ChangeOp.Create).With("sku", ColumnValue.Null), Change.Product(2, 1, "B").With("sku", ColumnValue.Null) with { Before = before },
            Change.Delete(3, "products", 1) with { Before = before });

        Assert.Empty(_shop.DeadLetters);
        Assert.Empty(_shop.Store.Entities);
        Assert.Equal(3, _shop.Notes.WithoutKey.Count);
        Assert.Contains(_shop.Source.Commits, c => c.Next == 3);
    }

    [Theory]
    [InlineData("whole image")]
    [InlineData("delete half")]
    [InlineData("create half")]
    public void KeyOfALinkedRowBecomesNull_ItsObjectEnds(string told)
    {
        _shop.Yaml = $"version: 1\nresources:\n{Customer}";
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create).With("sku", ColumnValue.Of("a")));
        Assert.Single(_shop.Stripe.Objects);
        var (sku, none) = (Row.Of(("sku", ColumnValue.Of("a"))), Row.Of(("sku", ColumnValue.Null)));
        var changed = Change.Product(10, 1, "A").With("sku", ColumnValue.Null);

        _shop.Deliver(told switch
        {
            "whole image" => changed with { Before = Row.Of(("id", ColumnValue.Of(1)), ("sku", ColumnValue.Of("a")), ("name", ColumnValue.Of("A"))) },
            "delete half" => Change.Delete(10, "products", 1) with { Key = sku, NewKey = none },
            _ => changed with { Op = ChangeOp.Create, Key = none, OldKey = sku },
        });

        Assert.Empty(_shop.DeadLetters);
        Assert.Empty(_shop.Stripe.Objects);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void KeyOfALinkedRowChanges_AsAWholeImageTells_ItsObjectGoesWithIt(bool isReadAgain)
    {
        _shop.Yaml = $"version: 1\nresources:\n{Product}{Customer}";
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create).With("sku", ColumnValue.Of("a")));
        var made = _shop.State(OfSku("a")).StripeId!;

        for (var times = 0; times < (isReadAgain ? 2 : 1); times++) _shop.Deliver(Renamed(10, "a", "b"));

        Assert.Empty(_shop.DeadLetters);
        Assert.Equal(2, _shop.Stripe.Objects.Count);
        Assert.Equal((made, EntityPhase.Renamed), (_shop.State(OfSku("b")).StripeId, _shop.State(OfSku("a")).Phase));
        Assert.Equal(("B", FieldValue.Of("public.products/b")), (_shop.Stripe[made].Text("name"), _shop.Stripe[made].At(FieldPath.MetadataKey(ReservedMetadata.Key))));
        Assert.Equal(("shop_1", "B"), (_shop.State(Shop.Product(1)).StripeId, _shop.Stripe["shop_1"].Text("name")));
    }

    /// <summary>The topic keeps each row's newest record only.</summary>
    [Fact]
    public void KeyOfARowChanged_NothingIsKnownOfTheEarlierOne_ObjectIsMadeAtOnce()
    {
        _shop.Yaml = $"version: 1\nresources:\n{Customer}";
        _shop.Deliver(source =>
        {
            Renamed(10, "a", "b").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
            source.Then(() => Task.FromResult(Assert.Single(_shop.Stripe.Objects)));
        });
        Assert.Single(_shop.Stripe.Objects);
        Assert.Equal(EntityPhase.Linked, _shop.State(OfSku("b")).Phase);
    }

    [Fact]
    public void DeleteWithANullInItsKey_ThatMayBeDebeziums_IsKeptAsALetter()
    {
        _shop.Yaml = $"version: 1\nresources:\n{Customer}";

        _shop.Deliver(Change.Delete(1, "products", 1) with { Key = Row.Of(("sku", ColumnValue.Null)), Before = Row.Of(("sku", ColumnValue.Null)) });

        Assert.Contains("sku of customer", Assert.Single(_shop.DeadLetters).Error, StringComparison.Ordinal);
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

    private static EntityKey OfSku(string sku) => new("customer", new TableId("public", "products"), sku);

    /// <summary>Row 1's sku changes, which is no part of the record's key.</summary>
    private static Change Renamed(ulong lsn, string from, string to) => Change.Product(lsn, 1, "B").With("sku", ColumnValue.Of(to)) with
    {
        Before = Row.Of(("id", ColumnValue.Of(1)), ("sku", ColumnValue.Of(from)), ("name", ColumnValue.Of("A"))),
    };
}
