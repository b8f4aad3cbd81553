namespace CdcStripeSync.Simulator.Faults;

/// <summary>Answers an error before anything executes; the idempotency key stays unused.</summary>
public sealed class Reject : Fault
{
    public int Status { get; init; } = 500;

    public string Type { get; init; } = "api_error";

    public string? Code { get; init; }

    public string Message { get; init; } = "An unexpected error occurred.";

    public string? Param { get; init; }

    /// <summary>The header <c>Stripe-Should-Retry</c>; null leaves it out.</summary>
    public bool? ShouldRetry { get; init; }

    /// <summary>The header <c>Stripe-Rate-Limited-Reason</c>; null leaves it out.</summary>
    public string? RateLimitedReason { get; init; }

    /// <summary>Another request holds the object: 429, without a rate limit's header.</summary>
    public static Reject LockTimeout(string pathPrefix = "/v1/", int times = 1) => new()
    {
        PathPrefix = pathPrefix,
        Times = times,
        Status = 429,
        Type = "invalid_request_error",
        Code = "lock_timeout",
        Message = "This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this error intermittently, retry the request. If you see this error frequently and are making multiple concurrent requests to a single object, make your requests serially or at a lower rate. For more details, see https://stripe.com/docs/rate-limits#object-lock-timeouts.",
    };
}
