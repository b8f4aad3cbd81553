using CdcStripeSync.App.Configuration;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Debezium;

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
    public void Validate_RegistrysAuthorityFileIsNotThere_IsRefused()
    {
        var settings = new Settings();
        settings.Registry.CaFile = "/nowhere/ca.pem";

        Assert.Contains("registry.caFile: /nowhere/ca.pem does not exist", SettingsValidator.Validate(settings));
    }

    [Theory]
    [InlineData("not a certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void Validate_RegistrysAuthorityFileHoldsNoCertificate_IsRefused(string text)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);
            var settings = new Settings();
            settings.Registry.CaFile = file;

            Assert.Contains(SettingsValidator.Validate(settings), e => e.StartsWith($"registry.caFile: {file} holds no certificate", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Validate_SchemaWithQuote_IsRefused()
    {
        var settings = new Settings();
        settings.State.Schema = "x\";drop";

        Assert.Contains(SettingsValidator.Validate(settings), e => e.StartsWith("state.schema:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2024_x")]
    [InlineData("a_name_of_sixty_four_letters_is_cut_short_by_postgres_so_it_is_64")]
    public void Validate_SchemaThatTheStoreRefuses_IsRefused(string schema)
    {
        var settings = new Settings();
        settings.State.Schema = schema;

        Assert.Contains(SettingsValidator.Validate(settings), e => e.StartsWith("state.schema:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("^shop[.")]
    [InlineData("")]
    public void Validate_TopicThatNamesNone_IsRefused(string topic)
    {
        var settings = new Settings();
        settings.Kafka.Topics = [topic];
        settings.Kafka.DeadLetterTopic = "letters";

        Assert.Contains(SettingsValidator.Validate(settings), e => e.StartsWith("kafka.topics:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(30, 0)]
    [InlineData(0, 0)]
    public void Against_AuditIsKeptForLessThanTheBreadthLimitCountsOver_IsRefused(int days, int errors)
    {
        var settings = new Settings();
        settings.State.AuditDays = days;
        var mapping = new Mapping { Version = 1, Resources = [], Breadth = BreadthLimit.Default with { Window = TimeSpan.FromDays(30) } };

        Assert.Equal(errors, SettingsValidator.Against(settings, mapping).Count);
    }

    [Fact]
    public void Validate_AddedFieldsThatTheConnectorCannotMean_AreNamed()
    {
        var settings = new Settings();
        settings.Records.AddFields = ":op";
        settings.Records.AddHeaders = "op:at,lsn:at";

        var errors = SettingsValidator.Validate(settings);

        Assert.Contains(errors, e => e.StartsWith("records.addFields: ':op' is neither", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.StartsWith("records.addHeaders: 'lsn:at' takes the name 'at'", StringComparison.Ordinal));
    }

    [Fact]
    public void Options_Prefixes_AreEachTheirOwnOrBothTheSame()
    {
        var settings = new RecordSettings { AddedPrefix = "cdc_", AddHeadersPrefix = "h_", AddHeaders = "op" };

        Assert.Equal((AddedNames.Of("cdc_", ""), AddedNames.Of("h_", "op")), (settings.Options("shop").AddedFields, settings.Options("shop").AddedHeaders));
        Assert.Equal(new DecoderOptions(), new RecordSettings().Options(""));
    }

    [Theory]
    [InlineData("hex:xy")]
    [InlineData("hex:5f5")]
    [InlineData("hex:")]
    [InlineData("")]
    public void Validate_PlaceholderThatIsNone_IsRefusedWithWhatItTakes(string placeholder)
    {
        var settings = new Settings();
        settings.Records.UnavailablePlaceholder = placeholder;

        Assert.Contains(SettingsValidator.Validate(settings), e => e.StartsWith($"records.unavailablePlaceholder: '{placeholder}' is no placeholder; expected", StringComparison.Ordinal) && e.Contains("hex: and pairs of hexadecimal digits", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("hex:5f5F")]
    [InlineData("__debezium_unavailable_value")]
    [InlineData("hexagon")]
    public void Validate_PlaceholderThatIsOne_IsTaken(string placeholder)
    {
        var settings = new Settings();
        settings.Records.UnavailablePlaceholder = placeholder;

        Assert.DoesNotContain(SettingsValidator.Validate(settings), e => e.StartsWith("records.", StringComparison.Ordinal));
    }
}
