namespace CdcStripeSync.Stripe.Keys;

/// <summary>A Stripe key's kind and mode, told by its prefix. The key itself is not kept here.</summary>
/// <param name="IsLive">Live keys move money.</param>
/// <param name="IsRestricted"><c>rk_…</c>: may lack permissions, <c>GET /v1/account</c> among them.</param>
public readonly record struct StripeKey(bool IsLive, bool IsRestricted)
{
    /// <exception cref="StripeKeyException">It is no key that a server may use.</exception>
    public static StripeKey Parse(string key) => key switch
    {
        _ when key.StartsWith("sk_test_", StringComparison.Ordinal) => new StripeKey(false, false),
        _ when key.StartsWith("rk_test_", StringComparison.Ordinal) => new StripeKey(false, true),
        _ when key.StartsWith("sk_live_", StringComparison.Ordinal) => new StripeKey(true, false),
        _ when key.StartsWith("rk_live_", StringComparison.Ordinal) => new StripeKey(true, true),
        _ when key.StartsWith("pk_", StringComparison.Ordinal) => throw new StripeKeyException("stripe.apiKey is a publishable key (pk_…)", "use a secret (sk_…) or restricted (rk_…) key"),
        _ => throw new StripeKeyException("stripe.apiKey is no Stripe key", "it begins with sk_test_, rk_test_, sk_live_ or rk_live_"),
    };

    /// <summary>A live key needs <c>mode: live</c> and a pinned account in the mapping; a test key refuses live mode.</summary>
    /// <exception cref="StripeKeyException">Key and mapping do not belong together.</exception>
    public void Check(bool mappingIsLive, string? account)
    {
        if (IsLive && !mappingIsLive) throw new StripeKeyException("stripe.apiKey is a live key, but the mapping says mode: test", "use a test key, or set mode: live and account: acct_… in the mapping");
        if (!IsLive && mappingIsLive) throw new StripeKeyException("stripe.apiKey is a test key, but the mapping says mode: live", "use a live key, or set mode: test in the mapping");
        if (IsLive && account is null) throw new StripeKeyException("a live key needs the account in the mapping", "add account: acct_… to the mapping, so that the key can never meet another account");
    }
}
