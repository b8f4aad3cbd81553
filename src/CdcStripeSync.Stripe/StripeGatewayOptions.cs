namespace CdcStripeSync.Stripe;

/// <summary>How Stripe is reached.</summary>
/// <param name="ApiKey">Secret or restricted key; never logged.</param>
public sealed record StripeGatewayOptions(Uri BaseAddress, string ApiKey)
{
    /// <summary>The version that request and answer shapes are written for.</summary>
    public const string ApiVersion = "2026-07-29.dahlia";

    /// <summary>Connect: the account that requests act for; null for the key's own.</summary>
    public string? StripeAccount { get; init; }

    public int MaxConnections { get; init; } = 128;

    /// <summary>Failures in a row that open the circuit.</summary>
    public int CircuitFailures { get; init; } = 8;

    /// <summary>How long the circuit stays open before one request tries again.</summary>
    public TimeSpan CircuitOpenFor { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Without the key.</summary>
    public override string ToString() => $"{BaseAddress}{(StripeAccount is null ? "" : $" as {StripeAccount}")}";
}
