using CdcStripeSync.Stripe.Keys;

namespace CdcStripeSync.Stripe.Tests.Keys;

public sealed class StripeKeyTests
{
    [Theory]
    [InlineData("sk_test_1", false, false)]
    [InlineData("rk_test_1", false, true)]
    [InlineData("sk_live_1", true, false)]
    [InlineData("rk_live_1", true, true)]
    public void Parse_OfAServersKey_TellsModeAndKind(string key, bool live, bool restricted) => Assert.Equal(new StripeKey(live, restricted), StripeKey.Parse(key));

    [Theory]
    [InlineData("pk_live_secret")]
    [InlineData("secret")]
    [InlineData("")]
    public void Parse_OfAnythingElse_IsRefusedWithoutShowingIt(string key)
    {
        var refused = Assert.Throws<StripeKeyException>(() => StripeKey.Parse(key));
        Assert.DoesNotContain("secret", refused.Message + refused.Hint.Replace("secret (sk_", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sk_live_1", false, "acct_1")]
    [InlineData("sk_live_1", true, null)]
    [InlineData("sk_test_1", true, "acct_1")]
    public void Check_KeyAndMappingOfDifferentWorlds_AreRefused(string key, bool live, string? account) =>
        Assert.Throws<StripeKeyException>(() => StripeKey.Parse(key).Check(live, account));

    [Theory]
    [InlineData("sk_live_1", true, "acct_1")]
    [InlineData("rk_test_1", false, null)]
    public void Check_KeyAndMappingThatBelongTogether_Pass(string key, bool live, string? account) => StripeKey.Parse(key).Check(live, account);
}
