namespace CdcStripeSync.App.Configuration;

internal sealed class RegistrySettings
{
    /// <summary>Base URL of a registry with Confluent's REST API.</summary>
    public string Url { get; set; } = "";

    public string? Username { get; set; }

    public string? Password { get; set; }

    /// <summary>PEM file of the authority that signed the registry's certificate, where the system does not know it.</summary>
    public string? CaFile { get; set; }
}
