using System.Collections.Immutable;
using CdcStripeSync.Connect.Deploying;
using CdcStripeSync.Connect.Desired;
using CdcStripeSync.Connect.Planning;
using CdcStripeSync.Connect.Tests.Double;

namespace CdcStripeSync.Connect.Tests.Planning;

public sealed class PlannerTests
{
    private static readonly WaitOptions Quick = new(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(50)) { Interval = TimeSpan.FromMilliseconds(20) };

    [Fact]
    public async Task Plan_ApplyAndPlanAgain_GoesFromCreateToNothing()
    {
        await using var worker = await Worker.StartAsync();
        var plan = await PlanAsync(worker, Connector("shop", Worker.Config("shop")));
        Assert.Equal((PlannedAction.Create, false), (plan.Action, plan.IsRefused));
        Assert.Equal(OutcomeKind.Runs, (await ApplyAsync(worker, plan)).Kind);
        plan = await PlanAsync(worker, Connector("shop", Worker.Config("shop")));
        Assert.Equal((PlannedAction.Nothing, 0, 0), (plan.Action, plan.Changes.Length, plan.Problems.Length));
    }

    [Fact]
    public async Task Plan_AfterSomebodyChangedItByHand_ShowsEachOptionAndNoSecret()
    {
        await using var worker = await Worker.StartAsync();
        await worker.Client.PutAsync("shop", Worker.Config("shop", ("database.password", "s3cret"), ("heartbeat.interval.ms", "0"), ("max.batch.size", "10")), CancellationToken.None);
        var plan = await PlanAsync(worker, Connector("shop", Worker.Config("shop")));
        Assert.Equal(PlannedAction.Change, plan.Action);
        Assert.Equal(
            ["~ database.password = **** → ${env:DB_PASSWORD}", "~ heartbeat.interval.ms = 0 → 1000", "- max.batch.size = 10"],
            plan.Changes.Select(c => c.ToString()));
    }

    [Theory]
    [InlineData("hartbeat.interval.ms", "1", "did you mean heartbeat.interval.ms?")]
    [InlineData("database.sslmod", "require", "did you mean database.sslmode?")]
    [InlineData("frobnicate", "1", "does not know this option")]
    public async Task Option_ThatNobodyKnows_IsRefused(string option, string value, string words)
    {
        await using var worker = await Worker.StartAsync();
        await RefusedAsync(worker, words, Connector("shop", Worker.Config("shop", (option, value))));
    }

    [Fact]
    public async Task Options_ThatAreHandedOn_AreNotRefused()
    {
        await using var worker = await Worker.StartAsync();
        var plan = await PlanAsync(worker, Connector("shop", Worker.Config(
            "shop", ("transforms", "route"), ("transforms.route.type", "x"), ("topic.creation.default.cleanup.policy", "compact"), ("value.converter", "io.apicurio.registry.utils.converter.AvroConverter"),
            ("value.converter.apicurio.registry.url", "http://registry"), ("read.only", "true"), ("signal.kafka.topic", "s"), ("converters", "money"), ("money.type", "x"), ("database.ApplicationName", "x"))));
        Assert.DoesNotContain(plan.Problems, p => p.Refuses);
    }

    [Fact]
    public async Task Configurations_ThatRealConnectorsRanWith_HoldNoUnknownOption()
    {
        await using var worker = await Worker.StartAsync();
        worker.Sources.Permissive = true;
        var files = Directory.GetFiles(Path.Combine(Path.GetDirectoryName(Transcript.File("transcript.json"))!, ".."), "connector.json", SearchOption.AllDirectories);
        Assert.True(files.Length > 20);
        foreach (var file in files)
        {
            using var json = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(file));
            var config = json.RootElement.EnumerateObject().ToDictionary(o => o.Name, o => o.Value.GetString()!, StringComparer.Ordinal);
            Assert.DoesNotContain((await PlanAsync(worker, Connector("recorded", config))).Problems, p => p.What.Contains("does not know this option", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Secret_ThatTheWorkerDoesNotHave_IsRefusedByItsName()
    {
        await using var worker = await Worker.StartAsync();
        await RefusedAsync(worker, "database.user: the worker does not know ${env:NOT_SET}", Connector("shop", Worker.Config("shop", ("database.user", "${env:NOT_SET}"))));
        await RefusedAsync(worker, "password authentication failed", Connector("shop", Worker.Config("shop", ("database.password", "${env:NOT_SET}"))));
    }

    [Fact]
    public async Task Secret_InTheFileItself_IsWarnedOfAndNotShown()
    {
        await using var worker = await Worker.StartAsync();
        var plan = await PlanAsync(worker, Connector("shop", Worker.Config("shop", ("database.password", "s3cret"))));
        Assert.False(plan.IsRefused);
        Assert.Contains(plan.Problems, p => p.What == "database.password: a secret stands in the file itself");
        Assert.Contains("+ database.password = ****", plan.Changes.Select(c => c.ToString()));
        Assert.DoesNotContain(plan.Changes.Select(c => c.ToString()).Concat(plan.Problems.Select(p => p.ToString())), l => l.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connectors_WithOnePrefix_AreRefusedBothInTheFilesAndOnTheWorker()
    {
        await using var worker = await Worker.StartAsync();
        var other = Worker.Config("shop", ("slot.name", "other"), ("publication.name", "other"));
        await RefusedAsync(worker, "topic.prefix: b writes to shop", Connector("a", Worker.Config("shop")), Connector("b", other));
        await worker.Client.PutAsync("there", other, CancellationToken.None);
        await RefusedAsync(worker, "topic.prefix: there writes to shop", Connector("a", Worker.Config("shop")));
    }

    [Fact]
    public async Task Slot_OfAnotherConnector_IsRefusedOnTheSameServerAndAllowedOnAnother()
    {
        await using var worker = await Worker.StartAsync();
        await worker.Client.PutAsync("there", Worker.Config("there", ("slot.name", "shared")), CancellationToken.None);
        await RefusedAsync(worker, "slot.name: there reads the slot shared", Connector("a", Worker.Config("a", ("slot.name", "shared"))));
        var elsewhere = worker.Sources.Server("other.example", 5432);
        elsewhere.Roles["cdc"] = null;
        elsewhere.Databases["shop"] = new DevStack.Connect.Sources.DeclaredDatabase("shop");
        Assert.False((await PlanAsync(worker, Connector("a", Worker.Config("a", ("slot.name", "shared"), ("database.hostname", "other.example"))))).IsRefused);
    }

    [Fact]
    public async Task Database_ThatDoesNotAnswer_IsRefusedWithTheDriversWords()
    {
        await using var worker = await Worker.StartAsync();
        await RefusedAsync(worker, "Connection to db.example:5999 refused", Connector("shop", Worker.Config("shop", ("database.port", "5999"))));
        await RefusedAsync(worker, "database \"nope\" does not exist", Connector("shop", Worker.Config("shop", ("database.dbname", "nope"))));
        await RefusedAsync(worker, "the worker has no plugin NoSuchConnector", Connector("shop", Worker.Config("shop", ("connector.class", "NoSuchConnector"))));
    }

    [Fact]
    public async Task Apply_OfARefusedPlan_ChangesNothing()
    {
        await using var worker = await Worker.StartAsync();
        var plan = await PlanAsync(worker, Connector("shop", Worker.Config("shop", ("frobnicate", "1"))));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ApplyAsync(worker, plan));
        Assert.Empty(await worker.Client.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Apply_WhoseTaskFails_GivesTheCauseInOneLine()
    {
        await using var worker = await Worker.StartAsync();
        var plan = await PlanAsync(worker, Connector("shop", Worker.Config("shop", ("publication.autocreate.mode", "disabled"))));
        var outcome = await ApplyAsync(worker, plan);
        Assert.Equal((OutcomeKind.Failed, "Publication autocreation is disabled, please create one and restart the connector."), (outcome.Kind, outcome.Words));
    }

    [Fact]
    public async Task Apply_OfAChangeToAPausedConnector_LeavesItPaused()
    {
        await using var worker = await Worker.StartAsync();
        await ApplyAsync(worker, await PlanAsync(worker, Connector("shop", Worker.Config("shop"))));
        await worker.Client.PauseAsync("shop", CancellationToken.None);
        await Task.Delay(100);
        var outcome = await ApplyAsync(worker, await PlanAsync(worker, Connector("shop", Worker.Config("shop", ("max.batch.size", "512")))));
        Assert.Equal((OutcomeKind.Rests, "PAUSED, task 0 PAUSED"), (outcome.Kind, outcome.Words));
        Assert.Equal("512", (await worker.Client.ConfigAsync("shop", CancellationToken.None))!["max.batch.size"]);
    }

    private static DesiredConnector Connector(string name, IReadOnlyDictionary<string, string> config) =>
        new(name, name + ".json", config.ToImmutableSortedDictionary(StringComparer.Ordinal));

    private static async Task<ConnectorPlan> PlanAsync(Worker worker, params DesiredConnector[] wanted) => (await new Planner(worker.Client).PlanAsync(wanted, CancellationToken.None))[0];

    private static Task<Outcome> ApplyAsync(Worker worker, ConnectorPlan plan) =>
        new Deployer(worker.Client, new Watcher(worker.Client, TimeProvider.System)).ApplyAsync(plan, Quick, CancellationToken.None);

    private static async Task<Problem> RefusedAsync(Worker worker, string words, params DesiredConnector[] wanted)
    {
        var plan = await PlanAsync(worker, wanted);
        var found = plan.Problems.FirstOrDefault(p => p.Refuses && p.ToString().Contains(words, StringComparison.Ordinal));
        Assert.True(found is not null, $"no refusal says '{words}'; there are: {string.Join(" | ", plan.Problems)}");
        return found;
    }
}
