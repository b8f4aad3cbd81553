using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using FsCheck;
using FsCheck.Fluent;

namespace CdcStripeSync.Core.Tests.Mapping;

public sealed class KeyEncodingTests
{
    /// <summary>Texts of the characters that encodings stumble over.</summary>
    private static Gen<string> Texts => Gen.Elements('a', 'f', '5', '1', '%', ',', '/', '-', '_', '2', 'x', 'C', 'é', '\n', '\0', '\u0085').ListOf().Select(c => new string([.. c]));

    [Theory]
    [InlineData(new[] { "42" }, "42")]
    [InlineData(new[] { "a,b", "c" }, "a%2Cb,c")]
    [InlineData(new[] { "a", "b,c" }, "a,b%2Cc")]
    [InlineData(new[] { "100%", "x/y" }, "100%25,x%2Fy")]
    [InlineData(new[] { "a\tb" }, "a%09b")]
    [InlineData(new[] { "\u0085" }, "%C2%85")]
    [InlineData(new[] { "Ťéè 👕" }, "Ťéè 👕")]
    public void Encode_Parts_IsCanonical(string[] parts, string expected) => Assert.Equal(expected, KeyEncoding.Encode(parts));

    [Fact]
    public void Encode_DifferentKeys_HaveDifferentTexts() =>
        Prop.ForAll(Texts.Zip(Texts).Zip(Texts.Zip(Texts)).ToArbitrary(), pair =>
        {
            var ((a, b), (c, d)) = pair;
            return (a, b) == (c, d) == (KeyEncoding.Encode([a, b]) == KeyEncoding.Encode([c, d]));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Encode_StripeIds_AreInjectiveAndAllowed() =>
        Prop.ForAll(Texts.Zip(Texts).ToArbitrary(), pair =>
        {
            var (a, b) = (StripeIdEncoding.Encode(pair.Item1), StripeIdEncoding.Encode(pair.Item2));
            return a.All(StripeIdEncoding.IsAllowed) && (pair.Item1 == pair.Item2) == (a == b);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("shop_{a}", "tee_blue-XL", "", "shop_tee_blue-XL")]
    [InlineData("shop_{a}", "a/b_c", "", "shop_a_2fb_5fc")]
    [InlineData("shop_{a}", "a_2fb", "", "shop_a_5f2fb")]
    [InlineData("{a}", "a_5f2fb", "", "a_5f5f2fb")]
    [InlineData("{a}", "25%", "", "25_x25")]
    [InlineData("{a}", "25_x25", "", "25_5fx25")]
    [InlineData("{a}", "sku_001", "", "sku_001")]
    [InlineData("{a}", "plan_basic", "", "plan_basic")]
    [InlineData("{a}", "SUMMER_25", "", "SUMMER_25")]
    [InlineData("{a}", "BLACKFRIDAY_2025", "", "BLACKFRIDAY_2025")]
    [InlineData("{a}", "team_edition", "", "team_edition")]
    [InlineData("{a}", "a_C3_A9", "", "a_C3_A9")]
    [InlineData("{a}_{b}", "x_y", "pro_monthly", "x-5fy_pro_monthly")]
    [InlineData("{a}_{b}", "x", "y_pro_monthly", "x_y_pro_monthly")]
    [InlineData("{a}-{b}", "x-y", "z", "x_2dy-z")]
    [InlineData("{a}-{b}", "x", "y-z", "x-y-z")]
    public void RenderId_WhatIdsCanHold_StaysAsItIs(string template, string a, string b, string expected) =>
        Assert.Equal(ColumnValue.Of(expected), Template.Parse(template, out _)!.RenderId(Row.Of(("a", ColumnValue.Of(a)), ("b", ColumnValue.Of(b)))));

    [Fact]
    public void Encode_WhatATextIsEncodedTo_IsEncodedAgain() =>
        Prop.ForAll(Texts.ToArbitrary(), text =>
        {
            var once = StripeIdEncoding.Encode(text);
            return once == text || StripeIdEncoding.Encode(once) != once;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Encode_TextLongerThanAnyId_IsNotReadBackForLong() =>
        Assert.StartsWith("_5f5f5f", StripeIdEncoding.Encode("_" + string.Concat(Enumerable.Repeat("5f", 500_000))), StringComparison.Ordinal);

    [Theory]
    [InlineData("{a}_{b}")]
    [InlineData("{a}-{b}")]
    [InlineData("{a}__{b}")]
    [InlineData("p-{a}-2d_{b}-x")]
    public void RenderId_OfSeveralColumns_IsInjectiveAndAllowed(string template) =>
        Prop.ForAll(Texts.Zip(Texts).Zip(Texts.Zip(Texts)).ToArbitrary(), pair =>
        {
            var (one, other) = (Id(template, pair.Item1), Id(template, pair.Item2));
            return one.All(StripeIdEncoding.IsAllowed) && (pair.Item1 == pair.Item2) == (one == other);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Theory]
    [InlineData("{a}_{b}", "x_y", "z", "x", "5fy_z")]
    [InlineData("{a}-{b}", "x-y", "z", "x", "y-z")]
    [InlineData("{a}-{b}", "x-y", "z", "x", "2dy-z")]
    public void RenderId_OfTwoRowsThatReadAlike_IsNotOne(string template, string a, string b, string c, string d) =>
        Assert.NotEqual(Id(template, (a, b)), Id(template, (c, d)));

    private static string Id(string template, (string A, string B) row) =>
        Template.Parse(template, out _)!.RenderId(Row.Of(("a", ColumnValue.Of(row.A)), ("b", ColumnValue.Of(row.B)))).AsText;

    [Fact]
    public void KeyOf_SeveralColumns_KeepsTheirOrder()
    {
        var map = Maps.Of(Maps.Product.Replace("[id]", "[tenant, id]", StringComparison.Ordinal)).Resources[0];
        var table = new TableId("public", "products");

        Assert.Equal(
            new EntityKey("product", table, "acme,7"),
            map.KeyOf(table, Row.Of(("id", ColumnValue.Of(7)), ("tenant", ColumnValue.Of("acme")))));
    }

    [Fact]
    public void KeyOf_NullOrUnknownColumn_IsNoKey()
    {
        var map = Maps.Of(Maps.Product).Resources[0];

        Assert.Null(map.KeyOf(new TableId("public", "products"), Row.Of(("id", ColumnValue.Null))));
        Assert.Null(map.KeyOf(new TableId("public", "products"), Row.Empty));
    }
}
