using System.Net.Http.Headers;
using System.Text;
using CdcStripeSync.App.Configuration;

namespace CdcStripeSync.App.Hosting;

/// <summary>The configured schema registry's REST API, for what is not reading schemas.</summary>
internal static class RegistryAccess
{
    /// <summary>Addresses are relative: <c>subjects</c>, <c>config</c>.</summary>
    public static HttpClient Client(RegistrySettings settings, TimeSpan patience)
    {
        var http = new HttpClient { Timeout = patience, BaseAddress = new Uri(settings.Url.TrimEnd('/') + "/") };
        if (settings.Username is { Length: > 0 } user)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{settings.Password}")));
        return http;
    }
}
