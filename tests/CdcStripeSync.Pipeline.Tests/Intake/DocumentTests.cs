using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Intake;

/// <summary>Documents of one collection, of which each has the fields that it has.</summary>
public sealed class DocumentTests
{
    private readonly Shop _shop = new();

    [Fact]
    public void DocumentWithoutAMappedField_ThatOthersHave_IsWholeAllTheSame()
    {
        _shop.Deliver(
            Document(Change.Product(1, 1, "A", ChangeOp.Create).With("description", ColumnValue.Of("of cotton"))),
            Document(Change.Product(2, 2, "B", ChangeOp.Create).Without("description", "images", "deleted_at")),
            Document(Change.Product(3, 1, "A2").With("description", ColumnValue.Of("of wool"))));

        Assert.Empty(_shop.Notes.Alarms);
        Assert.Empty(_shop.Parked);
        Assert.Empty(_shop.DeadLetters);
        Assert.Equal(("A2", "of wool"), (_shop.Stripe["shop_1"].Text("name"), _shop.Stripe["shop_1"].Text("description")));
        Assert.Equal("B", _shop.Stripe["shop_2"].Text("name"));
    }

    [Fact]
    public void MappedField_ThatWasUnset_IsCleared()
    {
        _shop.Deliver(Document(Change.Product(1, 1, "A", ChangeOp.Create).With("description", ColumnValue.Of("of cotton"))));

        _shop.Deliver(Document(Change.Product(2, 1, "A").Without("description")));

        Assert.Empty(_shop.Notes.Alarms);
        Assert.Equal(("A", ""), (_shop.Stripe["shop_1"].Text("name"), _shop.Stripe["shop_1"].Text("description") ?? ""));
    }

    [Fact]
    public void DocumentWithoutTheKeysField_IsOfNoObject()
    {
        _shop.Yaml = Shop.Mapping.Replace("key: [id]\n    stripe_id: \"shop_{id}\"", "key: [sku]\n    stripe_id: \"shop_{sku}\"", StringComparison.Ordinal);

        _shop.Deliver(
            Document(Change.Product(1, 1, "A", ChangeOp.Create)),
            Document(Change.Product(2, 2, "B", ChangeOp.Create).With("sku", ColumnValue.Of("b"))));

        Assert.Empty(_shop.DeadLetters);
        Assert.Equal("B", _shop.Stripe["shop_b"].Text("name"));
        Assert.Single(_shop.Store.Entities);
    }

    private static Change Document(Change change) => change with { IsOfDocument = true };
}
