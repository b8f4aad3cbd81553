using CdcStripeSync.App.Commands;

namespace CdcStripeSync.App.Tests.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("run --dev --data x")]
    [InlineData("demo --changes 5")]
    [InlineData("decode some/folder --format avro-json")]
    [InlineData("replay some/folder --mapping m.yaml --json --in-process")]
    [InlineData("replay some/folder --mapping m.yaml --strict")]
    [InlineData("run --dev --mapping m.yaml")]
    [InlineData("simulator --log 10")]
    [InlineData("config print --set kafka.groupId=x")]
    [InlineData("dlq list --closed --json --resource price --older-than 2h")]
    [InlineData("dlq show 7")]
    [InlineData("dlq retry --id 1 2 --id 3")]
    [InlineData("dlq discard --table public.prices --error \"schema 9\"")]
    [InlineData("dlq export --resource price")]
    [InlineData("parked list --reason breadth")]
    [InlineData("parked release --row price:public.prices/42")]
    public void Parse_DocumentedUsage_IsUnderstood(string line) =>
        Assert.Empty(CommandLine.Root().Parse(line).Errors);

    [Theory]
    [InlineData("decode")]
    [InlineData("decode folder --format xml")]
    [InlineData("replay folder")]
    [InlineData("nonsense")]
    [InlineData("dlq show")]
    [InlineData("parked list --reason nonsense")]
    [InlineData("parked release --error \"\"")]
    [InlineData("dlq discard --error \"\"")]
    [InlineData("dlq retry --table \"\" --id 7")]
    public void Parse_WrongUsage_IsAnError(string line) =>
        Assert.NotEmpty(CommandLine.Root().Parse(line).Errors);

    [Theory]
    [InlineData("parked list --reason nonsense", "cdc-stripe: Cannot parse argument 'nonsense' for option '--reason'. Expected one of: Breadth", "  hint: cdc-stripe parked list --help")]
    [InlineData("dlq show abc", "cdc-stripe: Cannot parse argument 'abc' for command 'show'.", "  hint: cdc-stripe dlq show --help")]
    [InlineData("dlq nonsense", "cdc-stripe: ", "  hint: cdc-stripe dlq --help")]
    public void UsageErrors_WrongUsage_AreALineEachAndAHint(string line, string first, string last)
    {
        var lines = UsageErrors.Of(CommandLine.Root().Parse(line));

        Assert.StartsWith(first, lines[0], StringComparison.Ordinal);
        Assert.Equal(last, lines[^1]);
        Assert.DoesNotContain(lines, l => l.Contains('\n', StringComparison.Ordinal) || l.Contains("System.", StringComparison.Ordinal) || l.Contains("CdcStripeSync.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("health --url http://127.0.0.1:9", 1)]
    [InlineData("simulator --port 0", 0)]
    public async Task Command_BrokenOff_HasFailed_UnlessItRunsUntilThen(string line, int code)
    {
        using var told = new CancellationTokenSource();
        await told.CancelAsync();
        Assert.Equal(code, await CommandLine.Root().Parse(line).InvokeAsync(new System.CommandLine.InvocationConfiguration { EnableDefaultExceptionHandler = false }, told.Token));
    }

    [Fact]
    public void Help_EveryCommand_SaysWhatItIsFor() =>
        Assert.All(CommandLine.Root().Subcommands, command => Assert.False(string.IsNullOrWhiteSpace(command.Description)));
}
