namespace CdcStripeSync.Simulator.Limits;

/// <summary>Counts requests in token buckets that hold one second's worth: one for the account, one for each endpoint.</summary>
internal sealed class RateLimiter(int? globalRate, int? endpointRate, TimeProvider clock)
{
    private readonly Dictionary<string, Bucket> endpoints = [];
    private readonly Bucket account = new();
    private readonly Lock gate = new();

    /// <summary>Takes a token, or says which limit there is none under, in the words of <c>Stripe-Rate-Limited-Reason</c>.</summary>
    public string? Take(string endpoint)
    {
        if (globalRate is null && endpointRate is null) return null;
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (globalRate is { } global && !account.Has(global, now)) return "global-rate";
            if (endpointRate is { } rate)
            {
                if (!endpoints.TryGetValue(endpoint, out var bucket)) endpoints[endpoint] = bucket = new Bucket();
                if (!bucket.Has(rate, now)) return "endpoint-rate";
                bucket.Take();
            }

            account.Take();
            return null;
        }
    }

    private sealed class Bucket
    {
        private double tokens = double.NaN;
        private DateTimeOffset filled;

        public bool Has(int rate, DateTimeOffset now)
        {
            tokens = double.IsNaN(tokens) ? rate : Math.Min(rate, tokens + ((now - filled).TotalSeconds * rate));
            filled = now;
            return tokens >= 1;
        }

        public void Take() => tokens--;
    }
}
