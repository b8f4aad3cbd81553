using CdcStripeSync.App.Configuration;

namespace CdcStripeSync.App.Tests.Configuration;

public sealed class SettingsPrinterTests
{
    [Fact]
    public void Print_Secrets_AreMasked()
    {
        var settings = new Settings();
        settings.Stripe.ApiKey = "rk_test_hushhush";
        settings.State.ConnectionString = "Host=db;Username=app;Password=hushhush;Database=shop";
        settings.Registry.Url = "https://user:hushhush@registry:8081";
        settings.Kafka.Properties["sasl.password"] = "hushhush";
        settings.Kafka.Properties["ssl.key.pem"] = "-----BEGIN PRIVATE KEY----- hushhush";

        var printed = SettingsPrinter.Print(settings);

        Assert.DoesNotContain("hushhush", printed, StringComparison.Ordinal);
        Assert.Contains("rk_test_****", printed, StringComparison.Ordinal);
        Assert.Contains("Host=db", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://u:hush^hush@registry:8081/x")]
    [InlineData("http://u:hush@hush@registry:8081/x")]
    [InlineData("http://u:hush/hush@registry:8081/x")]
    [InlineData("http://u:hush%20hush@registry:8081/x")]
    public void Print_PasswordOfAnAddress_IsMaskedHoweverItIsWritten(string url)
    {
        var settings = new Settings();
        settings.Registry.Url = url;
        var printed = SettingsPrinter.Print(settings);
        Assert.DoesNotContain("hush", printed, StringComparison.Ordinal);
        Assert.Contains("http://****@registry:8081/x", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void Registry_CredentialsInItsAddress_AreUsedAndNotShown()
    {
        var options = new RegistrySettings { Url = "http://u:p%5Ew@registry:8081/x" }.Options();
        Assert.Equal(("http://registry:8081/x", "u", "p^w"), (options.Url.ToString(), options.Username, options.Password));
        Assert.Equal("other", new RegistrySettings { Url = "http://u:p@registry:8081/x", Username = "other", Password = "q" }.Options().Username);
    }

    [Theory]
    [InlineData("Host=db;Username=u;PSW=hushhush")]
    [InlineData("Host=db;Username=u;Pwd=hushhush")]
    [InlineData("Host=db;Username=u;Password='a''hushhush'")]
    [InlineData("Host=db;Username=u;Password=\"a;hushhush\";SSL Password=hushhush")]
    [InlineData("Host=db;Nonsense=1;Password=hushhush")]
    public void Print_PasswordOfAConnection_IsMaskedHoweverItIsWritten(string connection)
    {
        var settings = new Settings();
        settings.State.ConnectionString = connection;
        Assert.DoesNotContain("hushhush", SettingsPrinter.Print(settings), StringComparison.Ordinal);
    }
}
