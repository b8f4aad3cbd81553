namespace CdcStripeSync.Simulator.Http;

/// <param name="Received">Requests that arrived.</param>
/// <param name="Forgotten">Of these, the oldest that the log does not hold any more.</param>
/// <param name="Answers">How many of each: <c>POST 200</c>.</param>
internal sealed record RequestCounts(long Received, long Forgotten, IReadOnlyDictionary<string, long> Answers);
