using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Mapping;

public sealed class MappingTests
{
    [Fact]
    public void Read_Settings_AreKept()
    {
        var mapping = Maps.Read($$"""
            version: 1
            account: acct_123
            mode: live
            rollout: now
            limits: { breadth: { share: 0.5, at_least: 3, window: 2h, creates: true } }
            resources:
            {{Maps.Product}}
            """).Mapping!;

        Assert.Equal(("acct_123", StripeMode.Live, Rollout.Now), (mapping.Account, mapping.Mode, mapping.Rollout));
        Assert.Equal(new BreadthLimit(0.5m, 3, TimeSpan.FromHours(2), CountsCreates: true), mapping.Breadth);
    }

    [Fact]
    public void Read_NoSettings_HasTheDefaultsOfTheGrammar()
    {
        var mapping = Maps.Of(Maps.Product, Maps.Price, "  customer: { from: a.c, key: [id], fields: { name: { column: n } } }");

        Assert.Equal((StripeMode.Test, Rollout.OnChange, BreadthLimit.Default), (mapping.Mode, mapping.Rollout, mapping.Breadth));
        Assert.Equal([OnDelete.Archive, OnDelete.Archive, OnDelete.Keep], mapping.Resources.Select(r => r.OnDelete));
        Assert.Equal((Owner.Source, OnNull.Clear, OnUnmap.Leave, false), mapping.Resources[2].Fields.Select(f => (f.Owner, f.OnNull, f.OnUnmap, f.Required)).Single());
    }

    [Fact]
    public void Read_SeveralEntriesOfAResource_AreNumbered()
    {
        var mapping = Maps.Of("""
              product:
                - { from: shop.products, key: [id], fields: { name: { column: name } } }
                - { from: '/shop_.*[.]products/', key: [id], fields: { name: { column: name } } }
            """);

        Assert.Equal(["product", "product#2"], mapping.Resources.Select(r => r.Name));
        Assert.Equal(["product"], mapping.For(new TableId("shop", "products")).Select(r => r.Name));
        Assert.Equal(["product#2"], mapping.For(new TableId("shop_eu", "products")).Select(r => r.Name));
        Assert.Empty(mapping.For(new TableId("x_shop_eu", "products")));
        Assert.Empty(mapping.For(new TableId("shop_eu", "products_old")));
    }

    [Theory]
    [InlineData("public.products", "public.prices", "public.products")]
    [InlineData("'/shop_.*[.]products/'", "shop_eu.prices", "shop_eu.products")]
    [InlineData("'/shop_.*\\.products/'", "shop_eu.prices", "shop_eu.products")]
    [InlineData("'/shop_.*[.]products/'", "other.prices", null)]
    public void ParentKeys_OfARow_StandBesideIt(string parentFrom, string childTable, string? parentTable)
    {
        var mapping = Maps.Of(
            $"  product: {{ from: {parentFrom}, key: [id], fields: {{ name: x }} }}",
            "  price: { from: '/.*[.]prices/', key: [id], parent: { product: p }, fields: { currency: usd, unit_amount: 5 } }");

        var keys = mapping.ParentKeys(mapping.Resources[1], TableId.Parse(childTable), "7").ToList();

        Assert.Equal(parentTable is null ? [] : [new EntityKey("product", TableId.Parse(parentTable), "7")], keys);
    }

    [Theory]
    [InlineData("shop_eu.prices", "product#2", "shop_eu.products")]
    [InlineData("shop.prices", "product", "shop.products")]
    [InlineData("other.prices", "product", "shop.products")]
    public void ParentKeys_OfSeveralTables_AreThoseOfTheRowsOwnSchema(string childTable, string map, string parentTable)
    {
        var mapping = Maps.Of(TwoProducts("shop.products", "'/shop_.*[.]products/'"), Price("'/.*[.]prices/'", "product"));

        Assert.Equal([new EntityKey(map, TableId.Parse(parentTable), "7")], mapping.ParentKeys(mapping.Resources[2], TableId.Parse(childTable), "7").ToArray());
    }

    [Theory]
    [InlineData("product#1", "product:a.plans/7")]
    [InlineData("product#2", "product#2:a.addons/7")]
    [InlineData("product|product#2", "product:a.plans/7 product#2:a.addons/7")]
    [InlineData("product#2|product", "product#2:a.addons/7 product:a.plans/7")]
    public void ParentKeys_OfAParentNamedByItsMap_AreThose_InOrder(string parent, string keys)
    {
        var mapping = Maps.Of(TwoProducts("a.plans", "a.addons"), Price("a.prices", parent));

        Assert.Equal(keys, string.Join(' ', mapping.ParentKeys(mapping.Resources[2], new TableId("a", "prices"), "7")));
    }

    [Theory]
    [InlineData("a.plans", "a.addons", "a.prices", true)]
    [InlineData("a.plans", "a.addons", "c.prices", true)]
    [InlineData("a.plans", "b.addons", "c.prices", true)]
    [InlineData("a.plans", "b.addons", "b.prices", false)]
    [InlineData("a.plans", "b.addons", "'/.*[.]prices/'", true)]
    [InlineData("shop.products", "'/shop_.*[.]products/'", "'/shop.*[.]prices/'", false)]
    [InlineData("shop.products", "'/shop.*[.]products/'", "'/shop.*[.]prices/'", true)]
    [InlineData("shop.products", "'/shop.*[.]products/'", "'/shop_.*[.]prices/'", false)]
    [InlineData("shop.addons", "'/shop.*[.]products/'", "'/shop.*/'", true)]
    [InlineData("'/eu_.*[.]products/'", "'/us_.*[.]products/'", "'/.*[.]prices/'", true)]
    [InlineData("'/eu_.*[.]products/'", "'/us_.*[.]products/'", "eu_1.prices", false)]
    public void Read_ParentThatCanStandInSeveralTables_IsRefused(string one, string other, string child, bool isRefused)
    {
        var errors = Maps.Read($"version: 1\nresources:\n{TwoProducts(one, other)}\n{Price(child, "product")}").Errors;

        Assert.Equal(isRefused ? ["resources.price.parent"] : [], errors.Select(e => e.Path));
    }

    /// <summary>Each row is a product of one kind at a time: which of them is there, the row tells.</summary>
    [Fact]
    public void Read_OneTableFeedsTwoProducts_ParentIsLeftToTheRow()
    {
        var products = TwoProducts("a.products", "a.products");
        foreach (var kind in (string[])["goods", "service"])
            products = products.Replace($"key: [id], fields: {{ name: x }} }}{(kind == "goods" ? "," : "]")}", $"key: [id], exists_when: {{ kind: {kind} }}, fields: {{ name: x }} }}{(kind == "goods" ? "," : "]")}", StringComparison.Ordinal);

        Assert.Empty(Maps.Read($"version: 1\nresources:\n{products}\n{Price("a.prices", "product")}").Errors);
        Assert.NotEmpty(Maps.Read($"version: 1\nresources:\n{TwoProducts("a.products", "a.products")}\n{Price("a.prices", "product")}").Errors);
    }

    [Fact]
    public void Read_TablesWhoseKeysHaveOtherLengths_OnlyTheOneThatFitsCanBeTheParents()
    {
        var mapping = Maps.Of(TwoProducts("a.plans", "a.addons").Replace("a.plans, key: [id]", "a.plans, key: [tenant, id]", StringComparison.Ordinal), Price("a.prices", "product"));

        Assert.Equal("product#2", Assert.Single(mapping.ParentsOf(mapping.Resources[2])).Name);
    }

    [Fact]
    public void Read_TiersOfTheMapping_AreAsStripeTakesThem()
    {
        var map = Maps.Of(Maps.Product, Maps.Price.Replace("unit_amount_decimal: { column: amount, convert: minor_units }", "tiers: { constant: [{ up_to: 10, unit_amount: 500 }, { up_to: inf, unit_amount: 300 }] }", StringComparison.Ordinal)).Resources[1];

        Assert.Equal(
            FieldValueJson.Parse("""[{"up_to":"10","unit_amount":500},{"up_to":"inf","unit_amount":300}]"""),
            Maps.Value(map, "tiers", Row.Of(("id", ColumnValue.Of(1)), ("product_id", ColumnValue.Of(7)), ("currency", ColumnValue.Of("usd")))));
    }

    [Fact]
    public void Read_ParentWhoseTableHasNoPlainName_IsAnError() =>
        Assert.Contains("ends in no plain table name", Assert.Single(Maps.Read("""
            version: 1
            resources:
              product: { from: '/shop.*/', key: [id], fields: { name: x } }
              price: { from: shop.prices, key: [id], parent: { product: p }, fields: { currency: usd, unit_amount: 5 } }
            """).Errors).Message, StringComparison.Ordinal);

    [Fact]
    public void Columns_OfAMap_AreEverythingItReads()
    {
        var mapping = Maps.Of("""
              product:
                from: public.products
                key: [id]
                stripe_id: "{tenant}_{id}"
                exists_when: { deleted_at: null }
                fields:
                  name: { template: "{title} {sku}" }
                  description: { coalesce: [long, short] }
                  tax_code: { column: tax, owner: stripe, write_back: tax }
                  url: https://shop.example
            """);

        Assert.Equal(["deleted_at", "id", "long", "short", "sku", "tenant", "title"], mapping.Resources[0].Columns.ToArray());
    }

    [Fact]
    public void Read_ResourceInsideAList_ErrorsNameTheEntry() =>
        Assert.Equal("resources.product[1].fields.nme", Assert.Single(Maps.Read("""
            version: 1
            resources:
              product:
                - { from: a.b, key: [id], fields: { name: x } }
                - { from: a.c, key: [id], fields: { nme: x } }
            """).Errors).Path);

    [Theory]
    [InlineData("coupon", "percent_off: { column: p }, duration: once")]
    [InlineData("tax_rate", "display_name: VAT, inclusive: false, percentage: { column: p }")]
    [InlineData("meter", "display_name: { column: n }, event_name: { column: e }, default_aggregation.formula: sum")]
    [InlineData("billing.meter", "display_name: { column: n }, event_name: { column: e }, default_aggregation.formula: sum")]
    [InlineData("feature", "name: { column: n }, lookup_key: { column: k }")]
    [InlineData("webhook_endpoint", "url: { column: u }, enabled_events: ['*']")]
    public void Read_AnyResourceOfTheCatalogue_CanBeMapped(string resource, string fields) =>
        Assert.Empty(Maps.Read($"version: 1\nresources:\n  {resource}: {{ from: a.b, key: [id], fields: {{ {fields} }} }}").Errors);

    [Theory]
    [InlineData("# another comment\nversion: 1\nresources:\n  product:\n    fields: { url: 'u', name: { column: \"name\" } }\n    key: id\n    from: public.products", true)]
    [InlineData("version: 1\nresources:\n  product: { from: public.products, key: [id], fields: { url: u, name: { column: title } } }", false)]
    [InlineData("version: 1\nresources:\n  product: { from: public.products, key: [id], fields: { url: u, name: { column: name, owner: source_on_create } } }", false)]
    [InlineData("version: 1\nresources:\n  product: { from: public.products, key: [id], on_delete: keep, fields: { url: u, name: { column: name } } }", false)]
    public void Fingerprint_ChangesExactlyWithTheMeaning(string yaml, bool isSame)
    {
        const string Original = "version: 1\nresources:\n  product: { from: public.products, key: [id], fields: { name: { column: name }, url: u } }";

        Assert.Equal(isSame, Maps.Read(Original).Mapping!.Fingerprint == Maps.Read(yaml).Mapping!.Fingerprint);
    }

    [Theory]
    [InlineData(1000, 200)]
    [InlineData(10, 20)]
    public void Breadth_Allowance_IsTheLargerOfShareAndAtLeast(long objects, long allowance) =>
        Assert.Equal(allowance, BreadthLimit.Default.Allowance(objects));

    [Fact]
    public void Template_BracesWrittenTwice_AreText() =>
        Assert.Equal(["id"], Template.Parse("{{a}} {id}", out _)!.Columns.ToArray());

    [Theory]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("{}")]
    [InlineData("{a{b}")]
    [InlineData("a}b")]
    public void Template_BadBraces_SayWhere(string text)
    {
        Assert.Null(Template.Parse(text, out var problem));
        Assert.Contains("at character", problem, StringComparison.Ordinal);
    }

    private static string TwoProducts(string one, string other) =>
        $"  product: [{{ from: {one}, key: [id], fields: {{ name: x }} }}, {{ from: {other}, key: [id], fields: {{ name: x }} }}]";

    private static string Price(string from, string parent) =>
        $"  price: {{ from: {from}, key: [id], parent: {{ \"{parent}\": p }}, fields: {{ currency: usd, unit_amount: 5 }} }}";
}
