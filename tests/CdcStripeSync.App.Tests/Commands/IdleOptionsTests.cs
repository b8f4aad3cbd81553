using CdcStripeSync.App.Tests.Connectors;

namespace CdcStripeSync.App.Tests.Commands;

/// <summary>Who gives an option that the command would not look at expects something of it.</summary>
public sealed class IdleOptionsTests
{
    [Theory]
    [InlineData("run --mapping m.yaml", "--mapping would do nothing without --dev")]
    [InlineData("run --data d --mapping m.yaml", "--data and --mapping would do nothing without --dev")]
    [InlineData("run --dev --set kafka.groupId=x", "--set would do nothing with --dev")]
    [InlineData("run --dev --config none.json --adopt", "--config and --adopt would do nothing with --dev")]
    [InlineData("run --dev --create-all", "--create-all would do nothing with --dev")]
    [InlineData("demo --sql some.sql --changes 5", "--changes would do nothing with --sql")]
    [InlineData("demo --timeout 5", "--timeout would do nothing without --external")]
    [InlineData("demo --env production", "--env would do nothing without --external")]
    [InlineData("demo --external --json", "--json would do nothing with --external")]
    public async Task Option_ThatWouldDoNothing_IsRefused(string line, string told)
    {
        var (code, output) = await Cli.RunAsync(line.Split(' '));
        Assert.Equal(2, code);
        Assert.Contains(told, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("simulator --port 65536")]
    [InlineData("connect-double --port -1")]
    public async Task Port_ThatIsNone_IsRefused(string line)
    {
        var (code, output) = await Cli.RunAsync(line.Split(' '));
        Assert.Equal(2, code);
        Assert.Contains("is no port; expected 0 to 65535", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run --web foo", "--web (web.url): 'foo' is not an http or https address")]
    [InlineData("run --web http://127.0.0.1:70000", "--web (web.url): 'http://127.0.0.1:70000' is not")]
    [InlineData("parked list --set state.schema=2024_x --set state.connectionString=Host=h", "state.schema: '2024_x' is no schema")]
    [InlineData("parked list --set state.connectionString=Hots=h", "state.connectionString: ")]
    [InlineData("parked list --set state.connectionString=Database=d", "state.connectionString: ")]
    [InlineData("connectors status --set source.connectionString=x", "source.connectionString: ")]
    [InlineData("connectors status --set source.connectionString=Database=d", "source.connectionString: ")]
    [InlineData("check --set connect.url=http://127.0.0.1:1 --set connect.caFile=/nowhere/ca.pem", "connect.caFile: /nowhere/ca.pem does not exist")]
    [InlineData("check --set connect.url=https://127.0.0.1:1 --set connect.caFile=/dev/null", "connect.caFile: /dev/null holds no certificate")]
    [InlineData("check --set connect.url=http://127.0.0.1:1 --set connect.timeoutSeconds=0", "connect.timeoutSeconds: 0 is not between 0.1 and 3600")]
    [InlineData("check --set connect.url=http://127.0.0.1:1 --set connect.timeoutSeconds=1e9", "connect.timeoutSeconds: 1000000000 is not between")]
    [InlineData(@"run --set kafka.topics:0=^shop[.]public[.](?:products|prices)$", "kafka.topics: '^shop[.]public[.](?:products|prices)$' holds (?")]
    [InlineData(@"run --set kafka.topics:0=^shop[.]shard\d+[.]products$", @"holds \d, which the C library takes for the letter d; write [0-9]")]
    [InlineData(@"check --set kafka.topics:0=^shop[.]shard[\d]+$", @"holds [\d], in which the C library takes the backslash for a character")]
    public async Task Setting_ThatCannotBe_IsSaidBeforeAnythingBegins(string line, string told)
    {
        var (code, output) = await Cli.RunAsync(line.Split(' '));
        Assert.Equal(2, code);
        Assert.Contains(told, output, StringComparison.Ordinal);
    }
}
