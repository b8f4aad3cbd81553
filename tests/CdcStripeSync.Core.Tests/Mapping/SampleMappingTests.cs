using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Mapping;

public sealed class SampleMappingTests
{
    private static readonly Core.Mapping.Mapping Postgres = Sample("mapping.yaml").Mapping!;

    private static readonly Core.Mapping.Mapping MariaDb = Sample("mapping.mariadb.yaml").Mapping!;

    [Theory]
    [InlineData("mapping.yaml")]
    [InlineData("mapping.mariadb.yaml")]
    public void Sample_Read_HasNoErrors(string file)
    {
        var reading = Sample(file);

        Assert.Empty(reading.Errors);
        Assert.Equal(["product", "price", "customer"], reading.Mapping!.Resources.Select(r => r.Name));
    }

    [Fact]
    public void Sample_ProductRow_Desires() => Assert.Equal(
        [
            "active=true", "description=\"Heavy cotton tee\"", "images=[\"https://img.example/tee-1.jpg\"]", "metadata.colour=\"black\"", "metadata.sku=\"TEE-BLK\"",
            "metadata.tier=null", "name=\"Black tee\"", "shippable=true", "statement_descriptor=null", "unit_label=null", "url=null",
        ],
        Desires(Postgres, "products", Row.Of(
            ("id", ColumnValue.Of(1)),
            ("sku", ColumnValue.Of("TEE-BLK")),
            ("name", ColumnValue.Of("Black tee")),
            ("description", ColumnValue.Of("Heavy cotton tee")),
            ("status", ColumnValue.Of("active")),
            ("image_urls", Maps.Array("https://img.example/tee-1.jpg")),
            ("url", ColumnValue.Null),
            ("tax_code", ColumnValue.Of("txcd_99999999")),
            ("unit_label", ColumnValue.Null),
            ("statement_descriptor", ColumnValue.Null),
            ("shippable", ColumnValue.Of(true)),
            ("attributes", ColumnValue.Json("""{"colour": "black", "sizes": ["S", "M", "L"]}""")),
            ("deleted_at", ColumnValue.Null))));

    [Fact]
    public void Sample_ProductRowOfMariaDb_Desires() => Assert.Equal(
        ["active=false", "images=[\"https://img.example/mug.jpg\"]", "metadata.colour=null", "metadata.flags=\"new,sale\"", "metadata.sku=\"MUG-WHT\"", "name=\"White mug\"", "shippable=true"],
        Desires(MariaDb, "products", Row.Of(
            ("id", ColumnValue.Of(3)),
            ("sku", ColumnValue.Of("MUG-WHT")),
            ("name", ColumnValue.Of("White mug")),
            ("status", ColumnValue.Of("draft")),
            ("image_urls", ColumnValue.Json("""["https://img.example/mug.jpg"]""")),
            ("shippable", ColumnValue.Of(1)),
            ("flags", ColumnValue.Of("new,sale")),
            ("attributes", ColumnValue.Json("{}")),
            ("deleted_at", ColumnValue.Null))));

    [Fact]
    public void Sample_PriceRow_DesiresTheSameInEveryDecimalMode()
    {
        var amounts = new[] { Maps.Decimal("7.750"), ColumnValue.Of("7.750"), ColumnValue.Of(7.75) };

        var desired = amounts.Select(amount => DesiredState.Of(Postgres.Find("price")!, PriceRow(amount))).ToList();

        Assert.All(desired, d => Assert.Equal(desired[0], d));
        Assert.Equal(Maps.Number("7750"), desired[0].Fields[FieldPath.Parse("unit_amount_decimal")].Value);
        Assert.True(desired[0].IsDefault);
        Assert.Equal("1", desired[0].ParentKey);
        Assert.Empty(desired[0].Problems);
    }

    [Fact]
    public void Sample_CustomerRow_Desires() => Assert.Equal(
        [
            "address.city=\"Bath\"", "address.country=\"GB\"", "address.line1=\"1 Mill Lane\"", "address.line2=null", "address.postal_code=\"BA1 1AA\"",
            "email=\"ada@shop.example\"", "metadata.customer_id=\"1\"", "name=\"Ada L.\"", "phone=null", "preferred_locales=[\"en-GB\"]", "tax_exempt=\"none\"",
        ],
        Desires(Postgres, "customers", Row.Of(
            ("id", ColumnValue.Of(1)),
            ("email", ColumnValue.Of(" Ada@shop.example")),
            ("full_name", ColumnValue.Of("Ada L.")),
            ("phone", ColumnValue.Null),
            ("address", ColumnValue.Json("""{"line1": "1 Mill Lane", "city": "Bath", "country": "GB", "postal_code": "BA1 1AA"}""")),
            ("locale", ColumnValue.Of("en-GB")),
            ("tax_exempt", ColumnValue.Of(false)),
            ("deleted_at", ColumnValue.Null))));

    [Fact]
    public void Sample_CustomerRowOfMariaDb_ReadsTinyintAsBoolean() => Assert.Contains(
        "tax_exempt=\"exempt\"",
        Desires(MariaDb, "customers", Row.Of(
            ("id", ColumnValue.Of(2)),
            ("email", ColumnValue.Of("kenji@shop.example")),
            ("full_name", ColumnValue.Of("Kenji")),
            ("phone", ColumnValue.Null),
            ("address", ColumnValue.Null),
            ("locale", ColumnValue.Of("ja-JP")),
            ("tax_exempt", ColumnValue.Of(1)),
            ("deleted_at", ColumnValue.Null))));

    [Fact]
    public void Sample_InternalColumns_AreNotRead() =>
        Assert.Empty(Postgres.Resources.SelectMany(r => r.Columns).Intersect(["internal_notes", "cost", "weight_oz", "balance", "password_hash", "updated_at", "tax_code"]));

    private static MappingReading Sample(string file) =>
        MappingFile.Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "samples", "shop", file)), file, Maps.Catalogue);

    private static IEnumerable<string> Desires(Core.Mapping.Mapping mapping, string table, Row row)
    {
        var map = Assert.Single(mapping.For(new TableId(mapping == Postgres ? "public" : "mshop", table)));
        var desired = DesiredState.Of(map, row);
        Assert.Empty(desired.Problems);
        Assert.Empty(desired.UnknownColumns);
        return desired.Fields.Select(f => $"{f.Key}={FieldValueJson.ToJson(f.Value.Value)}");
    }

    private static Row PriceRow(ColumnValue amount) => Row.Of(
        ("id", ColumnValue.Of("00000000-0000-4000-8000-000000000103")),
        ("product_id", ColumnValue.Of(1)),
        ("nickname", ColumnValue.Of("Tee KWD")),
        ("lookup_key", ColumnValue.Of("tee-kwd")),
        ("currency", ColumnValue.Of("kwd")),
        ("amount", amount),
        ("interval", ColumnValue.Null),
        ("interval_count", ColumnValue.Null),
        ("tax_behavior", ColumnValue.Of("exclusive")),
        ("is_default", ColumnValue.Of(true)),
        ("active", ColumnValue.Of(true)));
}
