using CdcStripeSync.App.Configuration;

namespace CdcStripeSync.App.Tests.Configuration;

public sealed class SettingsReaderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cdc-stripe-settings-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Read_FlagOverFile_TheFlagWins()
    {
        var settings = SettingsReader.Read(Write("""{"kafka":{"groupId":"file","bootstrapServers":"a:1"}}"""), ["kafka.groupId=flag"]);

        Assert.Equal("flag", settings.Kafka.GroupId);
        Assert.Equal("a:1", settings.Kafka.BootstrapServers);
    }

    [Fact]
    public void Read_RelativeMapping_IsRelativeToTheFile()
    {
        var settings = SettingsReader.Read(Write("""{"mapping":"mapping.yaml"}"""), []);

        Assert.Equal(Path.Combine(_folder.FullName, "mapping.yaml"), settings.Mapping);
    }

    [Theory]
    [InlineData("kafka.properties.group.instance.id=a")]
    [InlineData("Kafka.Properties.group.instance.id=a")]
    public void Read_ClientsOwnSettingAsAFlag_KeepsItsDots(string flag) =>
        Assert.Equal("a", Assert.Single(SettingsReader.Read(Write("{}"), [flag]).Kafka.Properties, p => p.Key == "group.instance.id").Value);

    [Fact]
    public void Read_ClientsOwnSettingInSteps_IsAMistake()
    {
        var error = Assert.Throws<SettingsException>(() => SettingsReader.Read(Write("""{"kafka":{"properties":{"group":{"instance":{"id":"a"}}}}}"""), []));
        Assert.Contains(error.Errors, e => e.StartsWith("kafka.properties.group: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kafka.topics=^shop[.].*", "kafka.topics: takes no text but a list; its first by flag is --set kafka.topics:0=")]
    [InlineData("kafka.properties=a", "kafka.properties: takes no text but settings of its own")]
    [InlineData("kafka=a", "kafka: takes no text but settings of its own")]
    public void Read_TextWhereThereIsNone_IsAMistake(string flag, string told)
    {
        var error = Assert.Throws<SettingsException>(() => SettingsReader.Read(Write("{}"), [flag]));
        Assert.StartsWith(told, Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ListByFlag_IsTaken() => Assert.Equal(["^a"], SettingsReader.Read(Write("""{"kafka":{"topics":[]}}"""), ["kafka.topics:0=^a"]).Kafka.Topics);

    [Fact]
    public void Shadow_HasAGroupAndASchemaOfItsOwn()
    {
        var settings = SettingsReader.Read(Write("""{"kafka":{"groupId":"shop"},"state":{"schema":"sync"}}"""), []);
        settings.MakeShadow();
        Assert.Equal(("shop-shadow", "sync_shadow"), (settings.Kafka.GroupId, settings.State.Schema));
    }

    [Fact]
    public void Read_SeveralMistakes_AreAllSaidAtOnce()
    {
        var error = Assert.Throws<SettingsException>(() => SettingsReader.Read(Write("""{"kafka":{"group":"x"},"strip":{}, "stripe":{"apikeys":"x"}}"""), ["nonsense"]));

        Assert.Contains(error.Errors, e => e.Contains("kafka.group", StringComparison.Ordinal));
        Assert.Contains(error.Errors, e => e.Contains("stripe.apikeys", StringComparison.Ordinal));
        Assert.Contains(error.Errors, e => e.Contains("--set nonsense", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_ValuesOfAnotherKind_NameTheSettingAndWhatItTakes()
    {
        var error = Assert.Throws<SettingsException>(() => SettingsReader.Read(Write("""{"records":{"vanishedRows":"drop","keyChangeSeconds":"abc"},"budget":{}}"""), ["state.auditDays=soon"]));

        Assert.Contains("records.vanishedRows: 'drop' is not one of presume, keep", error.Errors);
        Assert.Contains("records.keyChangeSeconds: 'abc' is not a number", error.Errors);
        Assert.Contains(error.Errors, e => e.StartsWith("state.auditDays: 'soon' is not", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_BrokenJson_NamesTheFile()
    {
        var file = Write("{ not json");

        var error = Assert.Throws<SettingsException>(() => SettingsReader.Read(file, []));

        Assert.Contains(file.FullName, Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_JsonWithAMistake_NamesItsLine()
    {
        var file = Write("{\n  \"mapping\": \"m.yaml\",\n  oops\n}");

        var error = Assert.Throws<SettingsException>(() => SettingsReader.Read(file, []));

        Assert.StartsWith($"{file.FullName}:3:3: not JSON: ", Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhatWasPrintedWhole_IsTheSame()
    {
        var settings = SettingsReader.Read(Write("""{"kafka":{"groupId":"g","topics":["^a"]},"stripe":{"apiKey":"sk_test_1"},"state":{"connectionString":"Host=h;Password=p"}}"""), []);

        var again = SettingsReader.Read(Write(SettingsPrinter.Whole(settings)), []);

        Assert.Equal(SettingsPrinter.Whole(settings), SettingsPrinter.Whole(again));
        Assert.Equal("sk_test_1", again.Stripe.ApiKey);
    }

    private FileInfo Write(string json)
    {
        var path = Path.Combine(_folder.FullName, "cdc-stripe.json");
        File.WriteAllText(path, json);
        return new FileInfo(path);
    }
}
