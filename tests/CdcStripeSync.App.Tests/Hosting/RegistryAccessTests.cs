using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace CdcStripeSync.App.Tests.Hosting;

public sealed class RegistryAccessTests
{
    [Fact]
    public async Task Client_AuthorityGivenAsFile_IsTrusted()
    {
        using var certificate = Certificate();
        await using var registry = await StartAsync(certificate);
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
            using var trusting = RegistryAccess.Client(new RegistrySettings { Url = registry.Urls.Single(), CaFile = file }, TimeSpan.FromSeconds(20));
            Assert.Equal("[]", await trusting.GetStringAsync(new Uri("subjects", UriKind.Relative)));
            using var wary = RegistryAccess.Client(new RegistrySettings { Url = registry.Urls.Single() }, TimeSpan.FromSeconds(20));
            await Assert.ThrowsAsync<HttpRequestException>(() => wary.GetStringAsync(new Uri("subjects", UriKind.Relative)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<WebApplication> StartAsync(X509Certificate2 certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        app.MapGet("/subjects", () => "[]");
        await app.StartAsync();
        return app;
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
