namespace CdcStripeSync.Debezium.Registry;

/// <summary>How the registry is reached.</summary>
/// <param name="Url">Base address; <c>/schemas/ids/{id}</c> follows it.</param>
public sealed record SchemaRegistryOptions(Uri Url)
{
    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>PEM file of the authority that signed the registry's certificate.</summary>
    public string? CaFile { get; init; }

    /// <summary>How long an id that the registry does not know is asked for again before its record is a dead letter.</summary>
    public TimeSpan UnknownIdPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a failure is remembered, so that a thousand waiting records ask once.</summary>
    public TimeSpan FailureMemory { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}
