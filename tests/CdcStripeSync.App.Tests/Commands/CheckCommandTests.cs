using CdcStripeSync.App.Dev;
using CdcStripeSync.App.Tests.Connectors;

namespace CdcStripeSync.App.Tests.Commands;

public sealed class CheckCommandTests
{
    [Fact]
    public async Task FixSql_WithoutAProductDatabase_SaysThatItHasNothingToLookAt()
    {
        string[] settings =
        [
            $"mapping={Shipped.Mapping}", "kafka.bootstrapServers=127.0.0.1:1", "kafka.topics:0=shop.public.products", "registry.url=http://127.0.0.1:1", "stripe.apiKey=sk_test_x", "state.connectionString=Host=127.0.0.1",
        ];
        var (code, output) = await Cli.RunAsync(["check", "--fix-sql", .. settings.SelectMany(s => new[] { "--set", s })]);
        Assert.Contains("source.connectionString: missing; --fix-sql looks at that database", output, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing to mend", output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, code);
    }
}
