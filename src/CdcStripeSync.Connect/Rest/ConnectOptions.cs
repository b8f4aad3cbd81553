namespace CdcStripeSync.Connect.Rest;

/// <summary>Where a Kafka Connect worker is, and how long to bear with it.</summary>
/// <param name="Url">The worker's address, or its load balancer's; a path in front of the API is kept.</param>
public sealed record ConnectOptions(Uri Url)
{
    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>PEM file of the authority that signed the worker's certificate, where the system does not know it.</summary>
    public string? CaFile { get; init; }

    /// <summary>For one attempt. Validation connects to the database and takes seconds.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How often an attempt is repeated while the workers rebalance or the proxy before them has no answer.</summary>
    public int Retries { get; init; } = 8;

    /// <summary>Before the first repetition; doubles, up to <see cref="LongestDelay"/>.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(5);
}
