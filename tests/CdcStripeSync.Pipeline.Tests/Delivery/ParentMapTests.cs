using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>A resource that several tables feed: a child's object is made under that of the row which it means.</summary>
public sealed class ParentMapTests
{
    private readonly Shop _shop = new();

    [Fact]
    public void ParentIsNamedByItsMap_AnotherTableHasTheKeyToo_ChildWaitsForItsOwn()
    {
        _shop.Yaml = Mapping(Product("public.plans", "plan_{id}"), Product("public.addons", "addon_{id}"), """{ "product#2": product_id }""");
        _shop.Deliver(Named(1, "plans", 5), Change.Price(2, 7, 5, "5.00", ChangeOp.Create));
        Assert.Equal((ParkReason.Parent, "product/5"), (Assert.Single(_shop.Parked).Reason, _shop.Parked[0].WaitsFor));
        _shop.Deliver(Named(3, "addons", 5));
        Assert.Empty(_shop.Parked);
        Assert.Equal("addon_5", ParentOfThePrice);
    }

    [Fact]
    public void ParentOfTheSameKeyInASharedSchema_ChildsOwnSchemaHasTheTable_ChildWaitsForItsOwn()
    {
        _shop.Yaml = Mapping(Product("shop.products", "main_{id}"), Product("/shop_.*[.]products/", "other_{id}"), "{ product: product_id }").Replace("public.prices", "/shop.*[.]prices/", StringComparison.Ordinal);
        _shop.Deliver(Named(1, "products", 5) with { Schema = "shop" }, Change.Price(2, 7, 5, "5.00", ChangeOp.Create) with { Schema = "shop_eu" });
        Assert.Single(_shop.Parked);
        _shop.Deliver(Named(3, "products", 5) with { Schema = "shop_eu" });
        Assert.Empty(_shop.Parked);
        Assert.Equal("other_5", ParentOfThePrice);
    }

    [Fact]
    public void ParentCanBeOfEitherMap_IsTheOneThatHasTheRow_AndWhereBothHaveItTheChildIsHeld()
    {
        _shop.Yaml = Mapping(Product("public.plans", "plan_{id}"), Product("public.addons", "addon_{id}"), """{ "product|product#2": product_id }""");
        _shop.Deliver(Change.Price(1, 7, 5, "5.00", ChangeOp.Create));
        _shop.Deliver(Named(2, "addons", 5));
        Assert.Empty(_shop.Parked);
        Assert.Equal("addon_5", ParentOfThePrice);

        _shop.Deliver(Named(3, "plans", 5));
        _shop.Deliver(Change.Price(4, 7, 5, "6.00"));
        var held = Assert.Single(_shop.Parked);
        Assert.Equal(ParkReason.Held, held.Reason);
        Assert.Contains("can be product:public.plans/5 or product#2:public.addons/5", held.Message, StringComparison.Ordinal);
        Assert.Equal("addon_5", ParentOfThePrice);

        _shop.Deliver(Change.Delete(5, "plans", 5));
        _shop.Deliver(Change.Price(6, 7, 5, "7.00"));
        Assert.Empty(_shop.Parked);
        Assert.Equal(FieldValue.Of("700"), Assert.Single(_shop.Stripe.Active("price_")).Members["unit_amount_decimal"]);
    }

    [Fact]
    public void ParentCanBeOfEitherMap_BothRowsAreGone_ChildStaysWhereItIs()
    {
        _shop.Yaml = Mapping(Product("public.plans", "plan_{id}"), Product("public.addons", "addon_{id}"), """{ "product|product#2": product_id }""");
        _shop.Deliver(Named(1, "plans", 5));
        _shop.Deliver(Change.Delete(2, "plans", 5), Named(3, "addons", 5));
        _shop.Deliver(Change.Price(4, 7, 5, "5.00", ChangeOp.Create));
        Assert.Equal("addon_5", ParentOfThePrice);
        _shop.Deliver(Change.Delete(5, "addons", 5));
        _shop.Deliver(Change.Price(6, 7, 5, "6.00"));
        Assert.Equal("addon_5", Assert.Single(_shop.Stripe.Active("price_")).Text("product"));
    }

    /// <summary>The other table's object is there still, archived: it is not the parent's, and nothing to be woken for.</summary>
    [Fact]
    public void ParentCanBeOfEitherMap_RowHasMovedAndHasNoObjectThereYet_ChildWaitsQuietly()
    {
        _shop.Yaml = Mapping(Product("public.plans", "plan_{id}"), Product("public.addons", "addon_{id}"), """{ "product|product#2": product_id }""");
        _shop.Deliver(Named(1, "plans", 5));
        _shop.Deliver(Change.Delete(2, "plans", 5));
        _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, "/v1/products", InMemoryStripe.Refused(400, "invalid_request_error", null, "name", "not so")));
        _shop.Deliver(Named(3, "addons", 5), Change.Price(4, 7, 5, "5.00", ChangeOp.Create));
        Assert.Equal([ParkReason.Parent, ParkReason.NeedsPerson], _shop.Parked.Select(p => p.Reason).Order());

        _shop.Deliver(Named(5, "addons", 5) with { Op = ChangeOp.Update });
        Assert.Empty(_shop.Parked);
        Assert.Equal("addon_5", ParentOfThePrice);
    }

    [Fact]
    public void TableFeedsBothMaps_ParentIsOfTheOneWhoseConditionTheRowMeets()
    {
        _shop.Yaml = Mapping(Product("public.products", "plan_{id}", "plan"), Product("public.products", "addon_{id}", "addon"), """{ "product|product#2": product_id }""");
        _shop.Deliver(Change.Product(1, 5, "A", ChangeOp.Create, status: "addon"), Change.Price(2, 7, 5, "5.00", ChangeOp.Create));
        Assert.Empty(_shop.Parked);
        Assert.Equal("addon_5", ParentOfThePrice);
    }

    private string? ParentOfThePrice => _shop.Stripe.Objects.Single(o => o.Key.StartsWith("price_", StringComparison.Ordinal)).Value.Text("product");

    private static Change Named(ulong lsn, string table, int id) => Change.Product(lsn, id, "A", ChangeOp.Create) with { Table = table };

    private static string Product(string from, string id, string? status = null) =>
        $$"""{ from: "{{from}}", key: [id], stripe_id: "{{id}}", {{(status is null ? "" : $"exists_when: {{ status: {status} }}, ")}}fields: { name: { column: name } } }""";

    private static string Mapping(string one, string other, string parent) => $$"""
        version: 1
        resources:
          product:
            - {{one}}
            - {{other}}
          price:
            from: "public.prices"
            key: [id]
            parent: {{parent}}
            fields: { currency: { column: currency }, unit_amount_decimal: { column: amount, convert: minor_units } }
        """;
}
