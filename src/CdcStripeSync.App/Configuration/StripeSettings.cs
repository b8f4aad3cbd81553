namespace CdcStripeSync.App.Configuration;

internal sealed class StripeSettings
{
    /// <summary>A secret or restricted key: <c>sk_test_…</c>, <c>rk_test_…</c>; live keys need <c>mode: live</c> in the mapping.</summary>
    public string ApiKey { get; set; } = "";

    public string BaseAddress { get; set; } = "https://api.stripe.com";

    /// <summary>Requests a second over all endpoints; Stripe's own limit is 100 live, 25 in a sandbox.</summary>
    public double RequestsPerSecond { get; set; } = 25;

    /// <summary>Requests a second to one endpoint (method and path template); Stripe's default limit is 25.</summary>
    public double RequestsPerEndpoint { get; set; } = 25;

    /// <summary>The share of both left to other users of the same account, 0 to 0.9.</summary>
    public double Reserve { get; set; } = 0.2;

    /// <summary>Requests in flight at most.</summary>
    public int MaxConcurrency { get; set; } = 64;

    /// <summary>Seconds that one attempt may take.</summary>
    public double TimeoutSeconds { get; set; } = 30;
}
