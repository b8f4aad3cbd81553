namespace CdcStripeSync.Simulator;

/// <summary>What a simulated Stripe account is like.</summary>
public sealed record SimulatorOptions
{
    /// <summary>The TCP port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    public string AccountId { get; init; } = "acct_sim";

    /// <summary>Whether this is a live account: then only live keys open it, otherwise only test keys.</summary>
    public bool LiveMode { get; init; }

    /// <summary>The time a request takes before it executes, in real time.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Requests a second over the whole account; null is no limit.</summary>
    public int? GlobalRate { get; init; }

    /// <summary>Requests a second for each endpoint, all ids together; null is no limit.</summary>
    public int? EndpointRate { get; init; }

    /// <summary>Requests that the log keeps; the oldest beyond are forgotten.</summary>
    public int LoggedRequests { get; init; } = 100_000;

    /// <summary>Idempotency keys that are remembered for their 24 hours; the oldest beyond are forgotten earlier, but for those in flight.</summary>
    public int RememberedKeys { get; init; } = 250_000;

    /// <summary>Events that are kept of the 30 days; the oldest beyond are forgotten.</summary>
    public int KeptEvents { get; init; } = 100_000;

    /// <summary>How long a write stays invisible to search.</summary>
    public TimeSpan SearchLag { get; init; }

    /// <summary>The clock behind <c>created</c>, the rate limits, the search lag and the age of idempotency keys.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Makes the generated ids the same in every run.</summary>
    public int Seed { get; init; } = 1;
}
