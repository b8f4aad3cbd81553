using System.Collections.Immutable;
using CdcStripeSync.Connect.Agreement;
using CdcStripeSync.Connect.Desired;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;

namespace CdcStripeSync.Connect.Tests.Agreement;

public sealed class MappingRulesTests
{
    private static readonly Mapping Shop = Read("""
        version: 1
        mode: test
        resources:
          product:
            from: public.products
            key: [id]
            fields: { name: { column: name } }
        """);

    private static readonly Mapping Tenants = Read("""
        version: 1
        mode: test
        resources:
          product:
            from: "/shop_.*[.]products/"
            key: [tenant, code]
            fields: { name: { column: name } }
        """);

    [Fact]
    public void Generated_Options_CaptureExactlyWhatTheMappingReads()
    {
        var options = Generator.Options(Shop, [Table("public.products", "pk", "pk", "id", "name", "cost")], "shop.public.signals");
        Assert.Equal("public.products,public.signals", options["table.include.list"]);
        Assert.Equal("public.products.(id|pk|name),public.signals.(id|type|data)", options["column.include.list"]);
    }

    [Fact]
    public void Generated_FromAPattern_KeepsTheExpression()
    {
        var options = Generator.Options(Tenants, null, null);
        Assert.Equal("shop_.*[.]products", options["table.include.list"]);
        Assert.Equal("shop_.*[.]products.(tenant|code|name)", options["column.include.list"]);
        Assert.Empty(MappingRules.Judge(Connector([.. options.Select(o => (o.Key, o.Value)), ("skipped.operations", "none")]), Tenants, [Table("shop_a.products", "tenant", "code", "tenant", "name")]).Where(p => p.Refuses));
    }

    [Theory]
    [InlineData("table.include.list", "public.prices", "it leaves out public.products")]
    [InlineData("table.exclude.list", "public[.]prod.*", "it leaves out public.products")]
    [InlineData("schema.include.list", "sales", "it leaves out public.products")]
    [InlineData("column.include.list", "public.products.id", "it leaves out name of public.products")]
    [InlineData("column.exclude.list", ".*[.]name", "it leaves out name of public.products")]
    [InlineData("column.mask.with.5.chars", "public.products.name", "it changes public.products.name")]
    [InlineData("skipped.operations", "u,t", "drops updates")]
    [InlineData("table.include.list", "public.(", "no regular expression")]
    public void Connector_ThatKeepsFromTheMappingWhatItNeeds_IsRefused(string option, string value, string words)
    {
        var problems = MappingRules.Judge(Connector((option, value)), Shop, null);
        Assert.Contains(problems, p => p.Refuses && p.ToString().Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void Table_ThatDoesNotExist_IsRefusedByNameFromTheMappingAndFromTheList()
    {
        var problems = MappingRules.Judge(Connector(("table.include.list", "public.products,public.pricez")), Shop, [Table("public.other", "id", "id")]);
        Assert.Contains(problems, p => p.Refuses && p.What == "product: there is no table public.products in the database");
        Assert.Contains(problems, p => p.Refuses && p.What == "table.include.list: there is no table public.pricez in the database");
    }

    [Fact]
    public void MessageKey_WithoutThePrimaryKeyOnACompactedTopic_IsRefused()
    {
        var connector = Connector(("message.key.columns", "public.products:sku"), ("topic.creation.default.cleanup.policy", "compact"));
        Assert.Contains(MappingRules.Judge(connector, Shop, null), p => p.Refuses && p.What.Contains("lacks id of its primary key", StringComparison.Ordinal));
        var both = Connector(("message.key.columns", "public.products:sku,id"), ("topic.creation.default.cleanup.policy", "compact"));
        Assert.DoesNotContain(MappingRules.Judge(both, Shop, [Table("public.products", "id", "id", "name", "sku") with { FullIdentity = true }]), p => p.Refuses);
    }

    [Fact]
    public void MessageKey_WhereDeletesTellOnlyThePrimaryKey_NeedsFullIdentity()
    {
        var connector = Connector(("message.key.columns", "public.products:sku"));
        var table = Table("public.products", "id", "id", "name", "sku");
        Assert.Contains(MappingRules.Judge(connector, Shop, [table]), p => p.Refuses && p.Mend.Contains("REPLICA IDENTITY FULL", StringComparison.Ordinal));
        Assert.DoesNotContain(MappingRules.Judge(connector, Shop, [table with { FullIdentity = true }]), p => p.Refuses);
    }

    [Fact]
    public void Columns_ThatNobodyMaps_AreWarnedOf()
    {
        var problems = MappingRules.Judge(Connector(("skipped.operations", "none")), Shop, [Table("public.products", "id", "id", "name", "cost", "internal_notes")]);
        Assert.Contains(problems, p => !p.Refuses && p.What.Contains("cost, internal_notes of public.products are not mapped", StringComparison.Ordinal));
    }

    [Fact]
    public void Sql_ForATableWhosePrimaryKeyIsNotTheMappingsKey_TellsWholeOldRows()
    {
        var sql = SourceSql.Postgres(Tenants, [Table("shop_A.products", "id", "id", "tenant", "code", "name")], "cdc", "shop_A.signals");
        Assert.Equal(
            """
            CREATE TABLE IF NOT EXISTS "shop_A".signals (id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data text);
            CREATE PUBLICATION cdc FOR TABLE "shop_A".products, "shop_A".signals;
            ALTER TABLE "shop_A".products REPLICA IDENTITY FULL;

            """,
            sql);
    }

    private static SourceTable Table(string name, string key, params string[] columns) => new(TableId.Parse(name), [.. columns], [key], false);

    private static DesiredConnector Connector(params (string Option, string Value)[] options) =>
        new("shop", "shop.json", options.ToImmutableSortedDictionary(o => o.Option, o => o.Value, StringComparer.Ordinal));

    private static Mapping Read(string yaml) =>
        MappingFile.Read(yaml, "mapping.yaml", StripeCatalogue.Load()) is { Mapping: { } mapping } ? mapping : throw new InvalidOperationException(string.Join('\n', MappingFile.Read(yaml, "mapping.yaml", StripeCatalogue.Load()).Errors));
}
