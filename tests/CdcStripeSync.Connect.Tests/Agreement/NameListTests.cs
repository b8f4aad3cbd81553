using CdcStripeSync.Connect.Agreement;
using CdcStripeSync.Connect.Desired;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;

namespace CdcStripeSync.Connect.Tests.Agreement;

/// <summary>Lists as Debezium reads them: what is said to be captured must be what the connector captures.</summary>
public sealed class NameListTests
{
    [Theory]
    [InlineData("public.a,public.b", "public.b", true)]
    [InlineData(" public.a , public.b ", "public.b", true)]
    [InlineData("public.a,public.b", "public.bc", false)]
    [InlineData("PUBLIC.A", "public.a", true)]
    [InlineData(@"public.t(x\,y|z)", "public.tx,y", true)]
    [InlineData(@"public.t\d{1\,2}", "public.t12", true)]
    [InlineData(@"public.a\\,public.b", "public.b", true)]
    [InlineData("public.(a|b)", "public.b", true)]
    [InlineData("public.a|other.b", "other.b", true)]
    [InlineData("public[.]t[{]", "public.t{", true)]
    public void List_OfExpressions_MatchesAsTheConnectorDoes(string list, string name, bool expected) => Assert.Equal(expected, NameList.Parse(list)!.Matches(name));

    [Theory]
    [InlineData(@"public.t\d{1,2}")]
    [InlineData("public.(a,b)")]
    [InlineData("public.[a,b]")]
    [InlineData(@"public.a\")]
    [InlineData("public.(")]
    public void List_ThatTheConnectorRefuses_IsRefused(string list) => Assert.ThrowsAny<ArgumentException>(() => NameList.Parse(list));

    [Fact]
    public void Generated_FromAPatternWithCommasAndAlternatives_CapturesItsTables()
    {
        var mapping = Read("""
            version: 1
            mode: test
            resources:
              product:
                from: "/eu[.]t\\d{1,2}|us[.]products/"
                key: [id]
                fields: { name: { column: "na,me" } }
            """);
        var options = Generator.Options(mapping, null, null);
        var captured = new CapturedNames(new DesiredConnector("a", "", options));
        foreach (var table in new[] { new TableId("eu", "t12"), new TableId("us", "products") })
        {
            Assert.True(captured.Captures(table), table.ToString());
            Assert.True(captured.Captures(table, "na,me"), $"{table}: {options["column.include.list"]}");
            Assert.False(captured.Captures(table, "password"));
        }

        Assert.Empty(MappingRules.Judge(new DesiredConnector("a", "", options.SetItem("skipped.operations", "none")), mapping, null));
    }

    [Theory]
    [InlineData("order", "user", "CREATE PUBLICATION \"order\" FOR TABLE \"user\".products;")]
    [InlineData("Mixed", "public", "CREATE PUBLICATION \"Mixed\" FOR TABLE public.products;")]
    [InlineData("a\"b", "s p", "CREATE PUBLICATION \"a\"\"b\" FOR TABLE \"s p\".products;")]
    public void Sql_WithNamesThatNeedQuotes_QuotesThem(string publication, string schema, string expected)
    {
        var mapping = Read($$"""
            version: 1
            mode: test
            resources:
              product:
                from: "{{schema}}.products"
                key: [id]
                fields: { name: { column: name } }
            """);
        Assert.StartsWith(expected, SourceSql.Postgres(mapping, null, publication, null), StringComparison.Ordinal);
    }

    private static Mapping Read(string yaml)
    {
        var result = MappingFile.Read(yaml, "mapping.yaml", StripeCatalogue.Load());
        return result.Mapping ?? throw new InvalidOperationException(string.Join("\n", result.Errors));
    }
}
