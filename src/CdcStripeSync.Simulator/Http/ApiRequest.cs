namespace CdcStripeSync.Simulator.Http;

/// <summary>A request as read from the wire, with the answer as it becomes known.</summary>
internal sealed class ApiRequest
{
    public required string Method { get; init; }

    /// <summary>Without the query, still percent-encoded.</summary>
    public required string Path { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Parameters { get; init; }

    public required string RequestId { get; init; }

    public required DateTimeOffset At { get; init; }

    public string? Authorization { get; init; }

    public string? IdempotencyKey { get; init; }

    public string? Cause { get; init; }

    public int Status { get; set; }

    public bool Replayed { get; set; }

    public string? OriginalRequestId { get; set; }

    public string? RateLimitedReason { get; set; }

    /// <summary>Keys count for writes only: Stripe ignores them on GET and on v1 DELETE.</summary>
    public string? EffectiveKey => Method == "POST" ? IdempotencyKey : null;

    public string Fingerprint() =>
        $"{Method} {Path}\n{string.Join('\n', Parameters.Select(p => $"{p.Key}={p.Value}"))}";

    public RequestLogEntry ToLogEntry() => new(Method, Path, Parameters, IdempotencyKey, Status, At, RequestId, Cause, Replayed);
}
