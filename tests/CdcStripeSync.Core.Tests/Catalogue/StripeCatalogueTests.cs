using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Catalogue;

public sealed class StripeCatalogueTests
{
    private static readonly StripeCatalogue Catalogue = StripeCatalogue.Load();

    [Fact]
    public void Load_Embedded_HasTheDocumentsResources()
    {
        Assert.Equal("2026-07-29.dahlia", Catalogue.ApiVersion);
        Assert.Equal(
            ["billing.meter", "coupon", "customer", "entitlements.feature", "plan", "price", "product", "product_feature", "promotion_code", "tax_rate", "webhook_endpoint"],
            Catalogue.Names.ToArray());
    }

    [Theory]
    [InlineData("product", "/v1/products", true, true, true)]
    [InlineData("price", "/v1/prices", true, false, false)]
    [InlineData("customer", "/v1/customers", false, true, false)]
    [InlineData("coupon", "/v1/coupons", false, true, true)]
    [InlineData("promotion_code", "/v1/promotion_codes", true, false, false)]
    [InlineData("tax_rate", "/v1/tax_rates", true, false, false)]
    [InlineData("meter", "/v1/billing/meters", true, false, false)]
    [InlineData("feature", "/v1/entitlements/features", true, false, false)]
    public void Resource_LifeOfItsObjects_IsKnown(string name, string path, bool canArchive, bool canDelete, bool callerChoosesId)
    {
        var resource = Catalogue.Resource(name);

        Assert.Equal((path, canArchive, canDelete, callerChoosesId), (resource.CollectionPath, resource.CanArchive, resource.CanDelete, resource.CallerChoosesId));
    }

    [Theory]
    [InlineData("price", "unit_amount_decimal", FieldKind.Decimal, true, false, false)]
    [InlineData("price", "recurring.interval", FieldKind.Text, true, false, false)]
    [InlineData("price", "nickname", FieldKind.Text, true, true, false)]
    [InlineData("price", "currency_options.eur.unit_amount", FieldKind.Integer, true, true, false)]
    [InlineData("product", "description", FieldKind.Text, true, true, true)]
    [InlineData("product", "name", FieldKind.Text, true, true, false)]
    [InlineData("product", "default_price", FieldKind.Text, false, true, false)]
    [InlineData("product", "metadata.any.key", FieldKind.Text, true, true, true)]
    [InlineData("product", "images", FieldKind.List, true, true, true)]
    [InlineData("customer", "address.line1", FieldKind.Text, true, true, true)]
    [InlineData("customer", "tax_exempt", FieldKind.Text, true, true, true)]
    [InlineData("promotion_code", "promotion.coupon", FieldKind.Text, true, false, false)]
    public void Field_OfAResource_SaysWhereItGoes(string resource, string path, FieldKind kind, bool inCreate, bool inUpdate, bool canClear)
    {
        var field = Catalogue.Resource(resource).Field(FieldPath.Parse(path))!;

        Assert.Equal((kind, inCreate, inUpdate, canClear), (field.Kind, field.InCreate, field.InUpdate, field.CanClear));
        Assert.Equal(inCreate, Catalogue.Resource(resource).Field(FieldPath.Parse(path), FieldUse.Create) is not null);
        Assert.Equal(inUpdate, Catalogue.Resource(resource).Field(FieldPath.Parse(path), FieldUse.Update) is not null);
    }

    [Fact]
    public void Paths_OfObjects_EscapeIds()
    {
        Assert.Equal("/v1/products/a%2Fb", Catalogue.Resource("product").ObjectPath("a/b"));
        Assert.Equal("/v1/products/prod_1/features/pf_1", Catalogue.Resource("product_feature").ObjectPath("pf_1", "prod_1"));
        Assert.Equal("/v1/billing/meters/m_1/deactivate", Catalogue.Resource("meter").ActionPath("m_1", "deactivate"));
    }

    [Fact]
    public void Price_ImmutableFields_AreThoseOfStripesTerraformProvider() =>
        Assert.Equal(
            ["billing_scheme", "currency", "custom_unit_amount", "product", "product_data", "recurring", "tiers", "tiers_mode", "transform_quantity", "unit_amount", "unit_amount_decimal"],
            Catalogue.Resource("price").Fields.Where(f => f.Value.IsImmutable).Select(f => f.Key));

    [Theory]
    [InlineData("metadata.a.b", "metadata", "a.b")]
    [InlineData("recurring.interval", "recurring", "interval")]
    [InlineData("name", "name", "name")]
    public void FieldPath_Text_RoundTrips(string text, string root, string leaf)
    {
        var path = FieldPath.Parse(text);

        Assert.Equal((text, root, leaf), (path.ToString(), path.Root, path.Leaf));
        Assert.False(FieldPath.TryParse(text + (root == "metadata" ? "" : "."), out _) && root != "metadata");
    }

    [Theory]
    [InlineData("price", "unit_amount_decimal", "1500", "\"1500.0\"", true)]
    [InlineData("price", "unit_amount_decimal", "0.5", "\"0.50\"", true)]
    [InlineData("price", "unit_amount_decimal", "1500", "\"1501\"", false)]
    [InlineData("price", "unit_amount", "1500", "1500", true)]
    [InlineData("price", "currency", "\"usd\"", "\"USD\"", true)]
    [InlineData("price", "nickname", "\"a\"", "\"A\"", false)]
    [InlineData("price", "nickname", "null", "\"\"", true)]
    [InlineData("price", "product", "\"prod_1\"", "{\"id\": \"prod_1\", \"name\": \"x\"}", true)]
    [InlineData("price", "recurring", "{\"interval\": \"month\"}", "{\"interval\": \"month\", \"interval_count\": null, \"aggregate_usage\": \"sum\"}", true)]
    [InlineData("price", "recurring", "null", "{\"interval\": \"month\"}", false)]
    [InlineData("product", "metadata.x", "\"true\"", "true", true)]
    [InlineData("product", "metadata.x", "\"{\\\"a\\\": 1}\"", "\"{\\\"a\\\":1}\"", true)]
    [InlineData("product", "images", "null", "[]", true)]
    [InlineData("product", "images", "[\"a\", \"b\"]", "[\"b\", \"a\"]", false)]
    [InlineData("product", "active", "true", "false", false)]
    [InlineData("product", "active", "true", "null", false)]
    [InlineData("product", "marketing_features", "[{\"name\": \"a\"}]", "[{\"name\": \"a\", \"id\": 1}]", true)]
    [InlineData("customer", "address", "{\"city\": \"Bath\"}", "{\"city\": \"Bath\", \"line2\": null}", true)]
    [InlineData("tax_rate", "percentage", "20", "20.0", true)]
    [InlineData("price", "recurring", "{\"interval\": \"month\"}", "{\"interval\": \"month\", \"interval_count\": 1}", false)]
    [InlineData("price", "recurring.interval_count", "null", "1", false)]
    [InlineData("price", "tiers", "[{\"up_to\": \"inf\", \"unit_amount\": 5}]", "[{\"up_to\": null, \"unit_amount_decimal\": \"5\"}]", true)]
    public void AreEqual_ByMeaning_NotByForm(string resource, string path, string desired, string observed, bool expected) =>
        Assert.Equal(expected, FieldNormaliser.AreEqual(Catalogue.Resource(resource), FieldPath.Parse(path), FieldValueJson.Parse(desired), FieldValueJson.Parse(observed)));

    [Theory]
    [InlineData("price", "recurring", "{\"interval\": \"month\"}", "{\"interval\": \"month\", \"interval_count\": 1}", true)]
    [InlineData("price", "recurring.interval_count", "null", "1", true)]
    [InlineData("price", "recurring.interval_count", "null", "3", false)]
    [InlineData("price", "recurring", "null", "{\"interval\": \"month\", \"interval_count\": 1}", false)]
    [InlineData("price", "tax_behavior", "null", "\"unspecified\"", true)]
    [InlineData("price", "tax_behavior", "null", "\"exclusive\"", false)]
    [InlineData("promotion_code", "code", "null", "\"X7\"", true)]
    [InlineData("promotion_code", "restrictions", "null", "{\"first_time_transaction\": false, \"minimum_amount\": null}", true)]
    [InlineData("promotion_code", "restrictions", "null", "{\"first_time_transaction\": true, \"minimum_amount\": null}", false)]
    [InlineData("coupon", "duration", "null", "\"once\"", true)]
    public void IsShown_WhatStripeAddsOfItsOwn_IsNoDifference(string resource, string path, string desired, string observed, bool expected) =>
        Assert.Equal(expected, FieldNormaliser.IsShown(Catalogue.Resource(resource), FieldPath.Parse(path), FieldValueJson.Parse(desired), FieldValueJson.Parse(observed)));

    [Theory]
    [InlineData("customer", "address.line1", "address")]
    [InlineData("customer", "shipping.address.line1", "shipping")]
    [InlineData("customer", "invoice_settings.rendering_options.template", "invoice_settings.rendering_options")]
    [InlineData("customer", "invoice_settings.footer", null)]
    [InlineData("customer", "address", null)]
    [InlineData("customer", "metadata.a.b", null)]
    [InlineData("price", "currency_options.eur.unit_amount", null)]
    public void Whole_OfAField_IsTheObjectThatAnUpdateReplaces(string resource, string path, string? whole) =>
        Assert.Equal(whole, Catalogue.Resource(resource).Whole(FieldPath.Parse(path))?.ToString());
}
