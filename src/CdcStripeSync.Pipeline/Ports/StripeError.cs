namespace CdcStripeSync.Pipeline.Ports;

/// <summary>Stripe's error object with the headers that decide what to do.</summary>
/// <param name="Type"><c>invalid_request_error</c>, <c>idempotency_error</c>, <c>api_error</c>, <c>card_error</c>; empty where the body was not Stripe's.</param>
/// <param name="RateLimitedReason">Header <c>Stripe-Rate-Limited-Reason</c>.</param>
/// <param name="ShouldRetry">Header <c>Stripe-Should-Retry</c> where given.</param>
public sealed record StripeError(
    int Status, string Type, string? Code, string? Param, string Message, string? RateLimitedReason = null, bool? ShouldRetry = null)
{
    /// <summary>Stripe itself says that the object in the request's path is not there. Any other 404 (a proxy's, an address that Stripe does not know) tells
    /// nothing of the object.</summary>
    public bool IsMissing => Status == 404 && Code == "resource_missing";

    /// <summary>The answer came from something between here and Stripe.</summary>
    public bool IsForeign => Type.Length == 0;
}
