using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;

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
}
