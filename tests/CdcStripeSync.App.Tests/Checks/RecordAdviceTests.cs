using CdcStripeSync.App.Checks;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Debezium;
using CdcStripeSync.Debezium.Recordings;

namespace CdcStripeSync.App.Tests.Checks;

/// <summary>What `check` says of a connector's modes, from recorded records.</summary>
public sealed class RecordAdviceTests
{
    [Theory]
    [InlineData("shop-decimal-double", "prices", "decimal.handling.mode")]
    [InlineData("shop-json-bare", "prices", "decimal.handling.mode")]
    [InlineData("shop-keyed-by-product", "prices", "REPLICA IDENTITY FULL")]
    public async Task Mode_ThatLosesWhatIsNeeded_IsWrongWithTheOptionThatMendsIt(string recording, string table, string mend)
    {
        var findings = await OfAsync(recording, table, null);
        Assert.Contains(findings, f => !f.Ok && f.Mend.Contains(mend, StringComparison.Ordinal) && f.What.Contains(table, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("shop-default-identity")]
    [InlineData("shop-decimal-string")]
    [InlineData("shop-json-schemas")]
    [InlineData("shop-one-topic")]
    [InlineData("shop-unwrap-rewrite")]
    public async Task Mode_ThatLosesNothing_IsWell(string recording) => Assert.Empty(await OfAsync(recording, "", null));

    [Theory]
    [InlineData("shop-default-identity", "column: amount", false)]
    [InlineData("shop-decimal-string", "column: amount", false)]
    [InlineData("shop-default-identity", "coalesce: [amount]", false)]
    [InlineData("shop-default-identity", "template: '{amount}'", false)]
    [InlineData("shop-default-identity", "column: amount, convert: integer", false)]
    [InlineData("shop-default-identity", "column: amount, convert: minor_units", true)]
    [InlineData("shop-default-identity", "column: amount, convert: decimal", true)]
    public async Task AmountInMajorUnits_WithoutAWordOnItsUnit_IsWrong(string recording, string rule, bool fine)
    {
        var mapping = Mapping($$"""
            version: 1
            resources:
              product: { from: public.products, key: [id], fields: { name: { column: name } } }
              price: { from: public.prices, key: [id], parent: { product: product_id }, fields: { currency: { column: currency }, unit_amount_decimal: { {{rule}} } } }
            """);

        var findings = await OfAsync(recording, "prices", null, mapping);

        Assert.Equal(fine, findings.Count == 0);
        Assert.All(findings, f => Assert.Contains("say convert: minor_units for price.unit_amount_decimal", f.Mend, StringComparison.Ordinal));
    }

    [Fact]
    public async Task KeyedByAnotherColumn_WithFullIdentity_IsWell() => Assert.Empty(await OfAsync("shop-keyed-by-product", "prices", true));

    [Fact]
    public async Task RowsWithoutAPosition_AreWellButSaidToShowOldValues()
    {
        var findings = await OfAsync("shop-unwrap-tombstone", "products", null);
        Assert.NotEmpty(findings);
        Assert.All(findings, f => Assert.True(f.Ok && f.What.Contains("old values", StringComparison.Ordinal)));
    }

    private static Mapping Mapping(string yaml)
    {
        var reading = MappingFile.Read(yaml, "mapping.yaml", StripeCatalogue.Load());
        return reading.Mapping ?? throw new InvalidOperationException(string.Join("; ", reading.Errors));
    }

    private static async Task<IReadOnlyList<Finding>> OfAsync(string name, string table, bool? hasFullIdentity, Mapping? other = null)
    {
        var root = Root();
        var mapping = other ?? MappingLoader.Load(Path.Combine(root, "samples", "shop", "mapping.yaml"));
        var recording = Recording.Open(Path.Combine(root, "tests", "fixtures", "debezium", name));
        var decoder = new DebeziumDecoder(recording, new DecoderOptions(), t => mapping.For(t).Any());
        List<Finding> findings = [];
        foreach (var recorded in recording.Records().Where(r => r.Record.Value is not null && r.Record.Origin.Topic.EndsWith(table, StringComparison.Ordinal)))
            findings.AddRange(RecordAdvice.Of(mapping, recorded.Record, await decoder.DecodeAsync(recorded.Record, CancellationToken.None), _ => hasFullIdentity));
        return findings;
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CdcStripeSync.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"no CdcStripeSync.sln above {AppContext.BaseDirectory}");
    }
}
