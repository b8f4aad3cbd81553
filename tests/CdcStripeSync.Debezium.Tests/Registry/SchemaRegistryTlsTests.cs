using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Registry;

public sealed class SchemaRegistryTlsTests
{
    private const string Schema = """{"type":"record","name":"Value","fields":[{"name":"id","type":"int"}]}""";

    [Fact]
    public async Task Tls_AuthorityGivenAsFile_IsTrustedAndNoOther()
    {
        using var authority = Authority("CN=Ours");
        using var stranger = Authority("CN=Another");
        using var server = Server(authority);
        await using var registry = await RegistryDouble.StartAsync(server);
        registry.Knows(1, Schema);
        var folder = Directory.CreateTempSubdirectory("registry-tls-");
        try
        {
            var ours = Path.Combine(folder.FullName, "ours.pem");
            var theirs = Path.Combine(folder.FullName, "theirs.pem");
            await File.WriteAllTextAsync(ours, authority.ExportCertificatePem());
            await File.WriteAllTextAsync(theirs, stranger.ExportCertificatePem());
            using var trusting = new SchemaRegistryClient(new SchemaRegistryOptions(registry.Address) { CaFile = ours }, TimeProvider.System);
            Assert.NotNull((await trusting.FindAsync(1, CancellationToken.None)).Schema);
            using var wary = new SchemaRegistryClient(new SchemaRegistryOptions(registry.Address) { CaFile = theirs }, TimeProvider.System);
            Assert.Contains("cannot be reached", (await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(async () => await wary.FindAsync(1, CancellationToken.None))).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static X509Certificate2 Server(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(authority, authority.NotBefore, authority.NotAfter, [1, 2, 3, 4]);
        using var withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }
}
