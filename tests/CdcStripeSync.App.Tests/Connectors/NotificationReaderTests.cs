using System.Net;
using System.Text;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Connectors;
using CdcStripeSync.Pipeline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CdcStripeSync.App.Tests.Connectors;

public sealed class NotificationReaderTests
{
    [Fact]
    public async Task Schemas_CredentialsStandInTheAddress_AreSentAndNotShown()
    {
        await using var registry = await StartAsync("reader:s3/cret");
        var address = new UriBuilder(registry.Urls.Single()) { UserName = "reader", Password = "s3%2Fcret" }.Uri;
        using var schemas = NotificationReader.Schemas(new RegistrySettings { Url = address.ToString() });
        Assert.NotNull((await schemas.FindAsync(1, CancellationToken.None)).Schema);
        var refusal = await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(async () => await schemas.FindAsync(2, CancellationToken.None));
        Assert.Contains("refuses the credentials", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("cret", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Schemas_AuthorityFileIsNotThere_IsSaid() =>
        Assert.Contains("registry.caFile: /nowhere/ca.pem does not exist", Assert.Throws<SettingsException>(() => NotificationReader.Schemas(new RegistrySettings { CaFile = "/nowhere/ca.pem" })).Message, StringComparison.Ordinal);

    /// <summary>A registry with one schema for who says this, and another that it gives to nobody.</summary>
    private static async Task<WebApplication> StartAsync(string credentials)
    {
        var expected = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.MapGet("/schemas/ids/1", (HttpRequest request) => request.Headers.Authorization == expected ? Results.Text("""{"schema":"{\"type\":\"record\",\"name\":\"Value\",\"fields\":[]}"}""", "application/json") : Results.Unauthorized());
        app.MapGet("/schemas/ids/2", () => Results.StatusCode(403));
        await app.StartAsync();
        return app;
    }
}
