using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CdcStripeSync.App.Commands.Connectors;
using CdcStripeSync.Connect.Rest;

namespace CdcStripeSync.App.Tests.Connectors;

public sealed class ConnectorsCommandTests
{
    [Fact]
    public async Task Connector_FromPlanToDrift_IsDeployedFailedRestartedAndMended()
    {
        await using var rehearsal = await Rehearsal.StartAsync();
        Assert.Contains("shop: create", await rehearsal.RunAsync(3, "plan"), StringComparison.Ordinal);
        Assert.Contains("shop: created, RUNNING, task 0 RUNNING", await rehearsal.RunAsync(0, "apply"), StringComparison.Ordinal);
        Assert.Contains("0 to create, 0 to change, 1 as wanted, 0 refused", await rehearsal.RunAsync(0, "plan"), StringComparison.Ordinal);
        Assert.Contains("shop: RUNNING, task 0 RUNNING", await rehearsal.RunAsync(0, "status"), StringComparison.Ordinal);

        await rehearsal.Server.FailTaskAsync("shop", "a.b.C: outer\n\tat x\nCaused by: java.io.IOException: No space left on device\n\tat y\n", CancellationToken.None);
        Assert.Contains("cause: No space left on device", await rehearsal.RunAsync(3, "status"), StringComparison.Ordinal);
        Assert.Contains("shop: restarted, RUNNING, task 0 RUNNING", await rehearsal.RunAsync(0, "restart", "--failed"), StringComparison.Ordinal);
        Assert.Contains("restarted 1 time from here", await rehearsal.RunAsync(0, "status"), StringComparison.Ordinal);
        Assert.Contains("nothing has failed", await rehearsal.RunAsync(0, "restart", "--failed"), StringComparison.Ordinal);

        await ByHandAsync(rehearsal, """{"heartbeat.interval.ms": "0", "database.password": "s3cret"}""");
        var drift = await rehearsal.RunAsync(3, "plan");
        Assert.Contains("~ heartbeat.interval.ms = 0 → 1000", drift, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", drift, StringComparison.Ordinal);
        Assert.Contains("shop: changed", await rehearsal.RunAsync(0, "apply"), StringComparison.Ordinal);
        await rehearsal.RunAsync(0, "plan");
    }

    [Fact]
    public async Task States_PauseStopResumeOffsetsAndDelete_AreReachedAndSaid()
    {
        await using var rehearsal = await Rehearsal.StartAsync();
        await rehearsal.RunAsync(0, "apply");
        Assert.Contains("PAUSED", await rehearsal.RunAsync(0, "pause", "shop"), StringComparison.Ordinal);
        Assert.Contains("PAUSED", await rehearsal.RunAsync(3, "status"), StringComparison.Ordinal);
        Assert.Contains("RUNNING", await rehearsal.RunAsync(0, "resume", "shop"), StringComparison.Ordinal);
        Assert.Contains("0/1500000", await rehearsal.RunAsync(0, "offsets", "show", "shop"), StringComparison.Ordinal);
        Assert.Contains("--yes", await rehearsal.RunAsync(2, "offsets", "reset", "shop"), StringComparison.Ordinal);
        Assert.Contains("offsets forgotten, RUNNING", await rehearsal.RunAsync(0, "offsets", "reset", "shop", "--yes"), StringComparison.Ordinal);
        Assert.Contains("STOPPED, no tasks", await rehearsal.RunAsync(0, "stop", "shop"), StringComparison.Ordinal);
        Assert.Contains("--yes", await rehearsal.RunAsync(2, "delete", "shop"), StringComparison.Ordinal);
        Assert.Contains("pg_drop_replication_slot('shop')", await rehearsal.RunAsync(0, "delete", "shop", "--yes"), StringComparison.Ordinal);
        Assert.Contains("no connector shop", await rehearsal.RunAsync(2, "status", "shop"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OffsetsReset_ThatFails_ResumesTheConnector()
    {
        await using var rehearsal = await Rehearsal.StartAsync();
        await rehearsal.RunAsync(0, "apply");
        rehearsal.Server.Faults.Broken = ["/offsets"];
        Assert.Contains("shop: resumed", await rehearsal.RunAsync(1, "offsets", "reset", "shop", "--yes"), StringComparison.Ordinal);
        Assert.Contains("shop: RUNNING", await rehearsal.RunAsync(0, "status"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/resume")]
    [InlineData("/resume", "/offsets")]
    public async Task OffsetsReset_AfterWhichItCannotBeResumed_SaysHowToStartIt(params string[] broken)
    {
        await using var rehearsal = await Rehearsal.StartAsync();
        await rehearsal.RunAsync(0, "apply");
        rehearsal.Server.Faults.Broken = broken;
        Assert.Contains("`cdc-stripe connectors resume shop` starts it", await rehearsal.RunAsync(1, "offsets", "reset", "shop", "--yes"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OffsetsReset_ToldToEndWhileItIsStopped_ResumesTheConnector()
    {
        await using var rehearsal = await Rehearsal.StartAsync();
        await rehearsal.RunAsync(0, "apply");
        (rehearsal.Server.Faults.AnswerLatency, rehearsal.Server.Faults.SlowOnly) = (TimeSpan.FromSeconds(30), "/connectors/shop/offsets");
        using var client = rehearsal.Client();
        using var end = new CancellationTokenSource();
        var reset = OffsetsCommand.ResetAsync(client, "shop", ConnectorState.Running, end.Token);
        await Rehearsal.UntilAsync(client, ConnectorState.Stopped);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reset);
        await Rehearsal.UntilAsync(client, ConnectorState.Running);
    }

    [Theory]
    [InlineData("hartbeat.interval.ms", "1", "did you mean heartbeat.interval.ms?")]
    [InlineData("database.password", "${env:NOT_SET}", "password authentication failed")]
    [InlineData("database.port", "${env:NOT_SET}", "its value is the reference ${env:NOT_SET}: set it where the worker runs")]
    [InlineData("database.password", "literal-and-wrong", "password authentication failed")]
    [InlineData("column.include.list", "public.products.(id|name),public.prices.(id|product_id|currency)", "it leaves out amount of public.prices")]
    [InlineData("table.include.list", "public.products", "it leaves out public.prices")]
    [InlineData("database.port", "5999", "Connection to db.example:5999 refused")]
    public async Task Configuration_ThatIsWrong_IsRefusedBeforeAnythingChanges(string option, string value, string words)
    {
        await using var rehearsal = await Rehearsal.StartAsync();
        await rehearsal.WriteAsync((option, value));
        var said = await rehearsal.RunAsync(2, "plan");
        Assert.Contains(words, said, StringComparison.Ordinal);
        Assert.DoesNotContain("literal-and-wrong", said, StringComparison.Ordinal);
        Assert.Contains("nothing was changed", await rehearsal.RunAsync(2, "apply"), StringComparison.Ordinal);
        Assert.Contains("no connectors", await rehearsal.RunAsync(0, "status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backfill_BySignalTableOfMySql_PrintsTheStatementAndWritesNowhere()
    {
        await using var rehearsal = await Rehearsal.StartAsync();
        await rehearsal.WriteAsync(
            ("connector.class", "io.debezium.connector.mysql.MySqlConnector"), ("database.port", "5432"), ("database.dbname", null), ("plugin.name", null), ("slot.name", null), ("publication.name", null),
            ("publication.autocreate.mode", null), ("database.server.id", "7"), ("schema.history.internal.kafka.topic", "h"), ("schema.history.internal.kafka.bootstrap.servers", "k:9092"),
            ("signal.data.collection", "public.signals"));
        await rehearsal.RunAsync(0, "apply");
        var output = await rehearsal.RunAsync(2, "backfill", "public.products", "--where", "name = 'it'", "--id", "b1");
        Assert.Contains("run there: INSERT INTO public.signals VALUES ('b1', 'execute-snapshot', '", output, StringComparison.Ordinal);
        Assert.Contains("name = ''it''", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_WithoutConnectors_IsSaidToHaveNone()
    {
        await using var rehearsal = await Rehearsal.StartAsync();
        Assert.Contains("the worker has no connectors", await rehearsal.RunAsync(0, "restart", "--failed"), StringComparison.Ordinal);
        Assert.Contains("no connector shop", await rehearsal.RunAsync(2, "supervise", "shop"), StringComparison.Ordinal);
        Assert.Contains("--interval -1", await rehearsal.RunAsync(2, "supervise", "--interval", "-1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_OneOfThemWrong_ChangeNothing()
    {
        await using var rehearsal = await Rehearsal.StartAsync();
        await rehearsal.RunAsync(0, "apply");
        Assert.Contains("no connector nobody; nothing was done", await rehearsal.RunAsync(2, "pause", "shop", "nobody"), StringComparison.Ordinal);
        Assert.Contains("shop: RUNNING", await rehearsal.RunAsync(0, "status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_WhoseAnswerIsLost_LooksAndWaitsUntilItRuns()
    {
        await using var rehearsal = await Rehearsal.StartAsync();
        rehearsal.Server.Faults.AnswerLatency = TimeSpan.FromMinutes(1);
        rehearsal.Server.Faults.SlowOnly = "/connectors/";
        Assert.Contains("shop: created, RUNNING, task 0 RUNNING", await rehearsal.RunAsync(0, "apply", "--set", "connect.timeoutSeconds=5"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_ThatNameAnotherSlotThanTheConnector_AreWarnedOf()
    {
        await using var rehearsal = await Rehearsal.StartAsync();
        var plan = await rehearsal.RunAsync(3, "plan", "--set", "source.slot=other", "--set", "source.publication=shop");
        Assert.Contains("warning slot.name: it is shop, and the settings' source.slot is other", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("source.publication is", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_ThatRebalancesIsAwayAndSlow_IsStillDeployedTo()
    {
        await using var rehearsal = await Rehearsal.StartAsync();
        (rehearsal.Server.Faults.Rebalancing, rehearsal.Server.Faults.Unavailable, rehearsal.Server.Faults.Latency) = (2, 2, TimeSpan.FromMilliseconds(200));
        Assert.Contains("shop: created, RUNNING, task 0 RUNNING", await rehearsal.RunAsync(0, "apply"), StringComparison.Ordinal);
        Assert.Contains("did not answer", await rehearsal.RunAsync(1, "status", "--set", "connect.timeoutSeconds=0.1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_ThatIsDownOrAsksForCredentials_IsSaidWithWhatToDo()
    {
        await using var rehearsal = await Rehearsal.StartAsync();
        var (code, output) = await Cli.RunAsync("connectors", "status", "--url", rehearsal.Server.Address.ToString());
        Assert.Equal(1, code);
        Assert.Contains("refuses the credentials (401)", output, StringComparison.Ordinal);
        (code, output) = await Cli.RunAsync("connectors", "status", "--url", "http://127.0.0.1:1");
        Assert.Equal(1, code);
        Assert.Contains("cannot be reached", output, StringComparison.Ordinal);
        (code, output) = await Cli.RunAsync("connectors", "status", "--url", rehearsal.Server.Address.ToString().Replace("http:", "https:", StringComparison.Ordinal));
        Assert.Equal(1, code);
        Assert.Contains("a worker without TLS is asked by http://", output, StringComparison.Ordinal);
        (code, output) = await Cli.RunAsync("connectors", "status", "--url", "https://127.0.0.1:1", "--ca-file", rehearsal.Mapping);
        Assert.Equal(2, code);
        Assert.Contains("holds no certificate", output, StringComparison.Ordinal);
        (code, output) = await Cli.RunAsync("connectors", "status", "--url", "nonsense");
        Assert.Equal(2, code);
        Assert.Contains("not an http or https address", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_FromTheMapping_WritesWhatPlanThenFindsAgreeing()
    {
        await using var rehearsal = await Rehearsal.StartAsync();
        await rehearsal.WriteAsync(("table.include.list", "public.other"), ("column.include.list", null));
        await rehearsal.RunAsync(2, "plan");
        var printed = await rehearsal.RunAsync(0, "generate", "--write");
        Assert.Contains("CREATE PUBLICATION shop FOR TABLE public.products, public.prices;", printed, StringComparison.Ordinal);
        await rehearsal.RunAsync(3, "plan");
        using var written = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(rehearsal.Folder, "connectors", "shop.json")));
        Assert.Equal("public.products.(id|name),public.prices.(id|amount|currency|product_id)", written.RootElement.GetProperty("column.include.list").GetString());
        Assert.Equal("shop", written.RootElement.GetProperty("slot.name").GetString());
    }

    private static async Task ByHandAsync(Rehearsal rehearsal, string patch)
    {
        using var http = new HttpClient { BaseAddress = rehearsal.Server.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("operator:right"u8));
        using var content = new StringContent(patch, Encoding.UTF8, "application/json");
        using var response = await http.PatchAsync(new Uri("/connectors/shop/config", UriKind.Relative), content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
