using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace CdcStripeSync.Connect.Rest;

/// <summary>The HTTP client for a worker: credentials, trusted authorities, time-outs.</summary>
internal static class ConnectTransport
{
    public static HttpClient Create(ConnectOptions options, HttpMessageHandler? handler)
    {
        var http = new HttpClient(handler ?? Handler(options)) { BaseAddress = Base(options.Url), Timeout = options.AttemptTimeout };
        http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        if (Credentials(options) is { } credentials)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        return http;
    }

    /// <summary>Without credentials, so that it can be shown.</summary>
    private static Uri Base(Uri url) => new UriBuilder(url) { UserName = "", Password = "", Query = "", Fragment = "", Path = url.AbsolutePath.TrimEnd('/') + "/" }.Uri;

    /// <summary>Given separately, or in the address: <c>https://user:secret@connect:8083</c>.</summary>
    private static string? Credentials(ConnectOptions options)
    {
        if (options.Username is { Length: > 0 }) return $"{options.Username}:{options.Password}";
        return options.Url.UserInfo.Length > 0 ? Uri.UnescapeDataString(options.Url.UserInfo) : null;
    }

    private static SocketsHttpHandler Handler(ConnectOptions options)
    {
        // A PUT that is sent on comes back as a GET, and its answer would be taken for that of the change.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2), ConnectTimeout = TimeSpan.FromSeconds(10), UseCookies = false };
        if (options.CaFile is not { Length: > 0 } file) return handler;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        return handler;
    }
}
