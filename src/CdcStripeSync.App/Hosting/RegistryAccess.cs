using System.Net.Http.Headers;
using System.Text;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.Debezium.Registry;

namespace CdcStripeSync.App.Hosting;

/// <summary>The configured schema registry's REST API, for what is not reading schemas.</summary>
internal static class RegistryAccess
{
    /// <summary>Addresses are relative: <c>subjects</c>, <c>config</c>.</summary>
    public static HttpClient Client(RegistrySettings settings, TimeSpan patience)
    {
        var options = settings.Options();
        var http = new HttpClient(SchemaRegistryClient.Transport(options)) { Timeout = patience, BaseAddress = new Uri(options.Url.ToString().TrimEnd('/') + "/") };
        if (options.Username is { Length: > 0 } user)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{options.Password}")));
        return http;
    }
}
