using CdcStripeSync.App.Configuration;

namespace CdcStripeSync.App.Tests.Configuration;

public sealed class SettingsValidatorTests
{
    [Fact]
    public void Validate_NothingGiven_NamesEveryMissingSetting()
    {
        var errors = SettingsValidator.Validate(new Settings());

        foreach (var name in (string[])["mapping", "kafka.bootstrapServers", "kafka.topics", "stripe.apiKey", "state.connectionString"])
            Assert.Contains(errors, e => e.StartsWith(name + ":", StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_ImpossibleNumbers_AreRefused()
    {
        var settings = new Settings();
        settings.Stripe.Reserve = 2;
        settings.Stripe.RequestsPerSecond = 0;
        settings.Stripe.TimeoutSeconds = double.NaN;
        settings.State.AuditDays = 1;

        var errors = SettingsValidator.Validate(settings);

        foreach (var name in (string[])["stripe.reserve", "stripe.requestsPerSecond", "stripe.timeoutSeconds", "state.auditDays"])
            Assert.Contains(errors, e => e.StartsWith(name + ":", StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_DeadLetterTopicThatIsReadAsChanges_IsRefused()
    {
        var settings = new Settings();
        settings.Kafka.Topics = ["^shop[.].*"];
        settings.Kafka.DeadLetterTopic = "shop.letters";

        Assert.Contains(SettingsValidator.Validate(settings), e => e.StartsWith("kafka.deadLetterTopic:", StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_SchemaWithQuote_IsRefused()
    {
        var settings = new Settings();
        settings.State.Schema = "x\";drop";

        Assert.Contains(SettingsValidator.Validate(settings), e => e.StartsWith("state.schema:", StringComparison.Ordinal));
    }
}
