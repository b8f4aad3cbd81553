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

        var printed = SettingsPrinter.Print(settings);

        Assert.DoesNotContain("hushhush", printed, StringComparison.Ordinal);
        Assert.Contains("rk_test_****", printed, StringComparison.Ordinal);
        Assert.Contains("Host=db", printed, StringComparison.Ordinal);
    }
}
