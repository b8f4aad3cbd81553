namespace CdcStripeSync.Simulator;

/// <summary>One request as it arrived, in the order of arrival, with its answer.</summary>
/// <param name="Parameters">Decoded names and values of query and body, in the order sent.</param>
/// <param name="Status">The answer's HTTP status; 0 while there is none, or when the connection was dropped.</param>
/// <param name="Cause">The header <c>X-Cdc-Cause</c>: which change made the caller send this.</param>
/// <param name="Replayed">Whether the answer was a stored one.</param>
public sealed record RequestLogEntry(
    string Method,
    string Path,
    IReadOnlyList<KeyValuePair<string, string>> Parameters,
    string? IdempotencyKey,
    int Status,
    DateTimeOffset At,
    string RequestId,
    string? Cause,
    bool Replayed);
