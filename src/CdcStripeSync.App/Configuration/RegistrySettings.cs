using CdcStripeSync.Debezium.Registry;

namespace CdcStripeSync.App.Configuration;

internal sealed class RegistrySettings
{
    /// <summary>Base URL of a registry with Confluent's REST API.</summary>
    public string Url { get; set; } = "";

    public string? Username { get; set; }

    public string? Password { get; set; }

    /// <summary>PEM file of the authority that signed the registry's certificate, where the system does not know it.</summary>
    public string? CaFile { get; set; }

    /// <summary>Seconds for which a schema id that the registry does not know is asked for again, before its record is a dead letter.</summary>
    public double UnknownIdSeconds { get; set; } = 30;

    /// <summary>Credentials are given separately, or in the address: <c>https://user:secret@registry:8081</c>. Without them it can be shown.</summary>
    public SchemaRegistryOptions Options()
    {
        var url = new UriBuilder(Url);
        var (user, password) = Username is { Length: > 0 } ? (Username, Password) : (Uri.UnescapeDataString(url.UserName), Uri.UnescapeDataString(url.Password));
        (url.UserName, url.Password) = ("", "");
        return new SchemaRegistryOptions(url.Uri) { Username = user, Password = password, CaFile = CaFile, UnknownIdPatience = TimeSpan.FromSeconds(UnknownIdSeconds) };
    }
}
