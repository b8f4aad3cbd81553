using CdcStripeSync.App.Commands;
using CdcStripeSync.App.Tests.Connectors;

namespace CdcStripeSync.App.Tests.Commands;

public sealed class SettingsOptionsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cdc-stripe-options-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Command_WithoutASettingsFile_SaysSoInOneLineWithWhatHolds()
    {
        var (code, output) = await Cli.RunAsync("config", "print");

        Assert.Equal(0, code);
        var note = Assert.Single(output.Split('\n'), l => l.StartsWith("cdc-stripe: note: ", StringComparison.Ordinal));
        foreach (var part in (string[])["no settings file", "holds no cdc-stripe.json", "kafka.groupId cdc-stripe", "state.schema "]) Assert.Contains(part, note, StringComparison.Ordinal);
    }

    /// <summary>What it prints may be meant for another program, with both streams in one.</summary>
    [Fact]
    public async Task Command_ThatIsGivenSettings_SaysNothingOfIt() =>
        Assert.DoesNotContain("note:", (await Cli.RunAsync("config", "print", "--set", "state.schema=mine")).Output, StringComparison.Ordinal);

    [Fact]
    public async Task Command_WithASettingsFile_SaysNothingOfIt() =>
        Assert.DoesNotContain("note:", (await Cli.RunAsync("config", "print", "--config", Write("{}"))).Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("http://0.0.0.0:9", 1, "http://127.0.0.1:9/health does not answer")]
    [InlineData("", 2, "web.url '' is no http address")]
    [InlineData("http://127.0.0.1:0", 2, "web.url 'http://127.0.0.1:0' is no http address that can be asked")]
    public async Task Health_WithASettingsFile_AsksWhereThatSays(string web, int code, string told)
    {
        var ended = await Cli.RunAsync("health", "--config", Write($$"""{"web": {"url": "{{web}}"} }"""));

        Assert.Contains(told, ended.Output, StringComparison.Ordinal);
        Assert.Equal(code, ended.Code);
    }

    [Fact]
    public async Task Health_WithAnAddress_NeedsNoSettings()
    {
        var ended = await Cli.RunAsync("health", "--url", "http://127.0.0.1:9");

        Assert.StartsWith("cdc-stripe: http://127.0.0.1:9/health does not answer", ended.Output, StringComparison.Ordinal);
    }

    private string Write(string json)
    {
        var path = Path.Combine(_folder.FullName, "settings.json");
        File.WriteAllText(path, json);
        return path;
    }
}
