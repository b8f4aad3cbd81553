namespace CdcStripeSync.Pipeline.Ports;

/// <summary>Stripe's error object with the headers that decide what to do.</summary>
/// <param name="Type"><c>invalid_request_error</c>, <c>idempotency_error</c>, <c>api_error</c>, <c>card_error</c>; empty where the body was not Stripe's.</param>
/// <param name="RateLimitedReason">Header <c>Stripe-Rate-Limited-Reason</c>.</param>
/// <param name="ShouldRetry">Header <c>Stripe-Should-Retry</c> where given.</param>
public sealed record StripeError(
    int Status, string Type, string? Code, string? Param, string Message, string? RateLimitedReason = null, bool? ShouldRetry = null);
