using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.EndToEnd.Tests.Recordings;
using CdcStripeSync.EndToEnd.Tests.Stack;
using CdcStripeSync.Simulator.Faults;

namespace CdcStripeSync.EndToEnd.Tests.BadInput;

/// <summary>What is wrong with a stack is said in one clear line with a hint, never with a stack trace.</summary>
[Collection(nameof(StackCollection))]
public sealed partial class CommandFailureTests(StackFixture postgres)
{
    private const string TwelveMistakes = """
        version: 1
        mode: tset
        rollout: later
        limits:
          breadth: { share: 3 }
        resources:
          product:
            from: public.products
            key: []
            stripe_id: "shop_{id"
            on_delete: destroy
            fields:
              nmae: { column: name }
              active: { constant: "perhaps" }
              description: { column: description, shorten: 5 }
              metadata.sku: { required: true }
          price:
            from: public.prices
            key: [id]
            parent: { produkt: product_id }
            fields:
              currency: { column: currency, convert: lowercase }
              unit_amount_decimal: { column: amount, convert: minor_units }
        """;

    [Fact]
    public async Task Mapping_WithTwelveMistakes_PrintsTwelveErrorsWithTheirLines()
    {
        var folder = Directory.CreateTempSubdirectory("cdc-stripe-bad-");
        try
        {
            var mapping = Path.Combine(folder.FullName, "bad.yaml");
            await File.WriteAllTextAsync(mapping, TwelveMistakes);
            var (code, output, error) = await CliProcess.RunAsync(folder.FullName, "replay", Replayed.Folder("shop-default-identity"), "--mapping", mapping);
            var lines = ErrorLine().Matches(error).Select(m => int.Parse(m.Groups[1].Value)).ToList();
            Assert.True(code == 2 && output.Length == 0, error);
            Assert.Equal([2, 3, 5, 9, 10, 11, 13, 14, 15, 16, 20, 22], lines);
            Assert.Contains("unknown field 'nmae'; did you mean 'name'?", error, StringComparison.Ordinal);
            Assert.Contains("12 errors", error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task NoPostgres_OneLineAndAHint()
    {
        using var nowhere = new DeafPort();
        await using var world = await World.StartAsync(postgres);
        await world.ConfigureAsync(s => s["state"]!["connectionString"] = $"Host=127.0.0.1;Port={nowhere.Number};Username=u;Database=d;Timeout=3");
        AssertOneLine(await world.CommandAsync("run"), 1, "the state store cannot be reached", "state.connectionString");
    }

    [Fact]
    public async Task TakenPort_OneLineAndAHint()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using var world = await World.StartAsync(postgres);
        await world.ConfigureAsync(s => s["web"]!["url"] = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}");
        AssertOneLine(await world.CommandAsync("run"), 1, "cannot be listened on", "web.url");
    }

    [Fact]
    public async Task KeyThatIsNone_OneLineAndAHint()
    {
        await using var world = await World.StartAsync(postgres);
        await world.ConfigureAsync(s => s["stripe"]!["apiKey"] = "pk_test_public");
        AssertOneLine(await world.CommandAsync("run"), 2, "key", "");
    }

    [Fact]
    public async Task KeyThatStripeRefuses_OneLineAndAHint()
    {
        await using var world = await World.StartAsync(postgres);
        world.Stripe.Faults.Add(new Reject { PathPrefix = "/v1/", Times = 10, Status = 401, Type = "invalid_request_error", Message = "Invalid API Key provided: sk_test_*****" });
        AssertOneLine(await world.CommandAsync("run"), 2, "Invalid API Key", "stripe.apiKey");
    }

    [Fact]
    public async Task NoKafka_OneLineAndAHint()
    {
        using var nowhere = new DeafPort();
        await using var world = await World.StartAsync(postgres);
        await world.ConfigureAsync(s => s["kafka"]!["bootstrapServers"] = $"127.0.0.1:{nowhere.Number}");
        AssertOneLine(await world.CommandAsync("run"), 1, "Kafka at 127.0.0.1", "kafka.bootstrapServers");
    }

    [Fact]
    public async Task ExpiredOffset_StopsWithOneLineAndAHint()
    {
        await using var world = await World.StartAsync(postgres);
        await using (var first = world.Run())
        {
            await first.UntilAsync("the store is there", () => world.StateIsAsync("select count(*) from stamp", 1));
            Assert.Equal(0, await first.InterruptAsync());
        }

        world.Commit("shop.public.products", 0, 1_000_000);
        await world.StateAsync<object>("insert into offsets (topic, partition, next, metadata) values ('shop.public.products', 0, 1000000, ''); select 1");
        await world.ProduceAsync((await Snapshot.OfAsync(world.Recording, "products")).Select(r => r.Record));
        var (code, _, error) = await world.CommandAsync("run");
        Assert.True(code == 1, error);
        var said = error.Split('\n').SkipWhile(l => !l.StartsWith("cdc-stripe: ", StringComparison.Ordinal)).ToList();
        Assert.Contains("is no longer in Kafka", said[0], StringComparison.Ordinal);
        Assert.Contains("hint: start once with `cdc-stripe run --skip-deleted-records`", said[1], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EverythingAway_CheckSaysEachWithWhatMendsIt()
    {
        using var nowhere = new DeafPort();
        await using var world = await World.StartAsync(postgres);
        await world.ConfigureAsync(s =>
        {
            s["kafka"]!["bootstrapServers"] = $"127.0.0.1:{nowhere.Number}";
            s["registry"]!["url"] = $"http://127.0.0.1:{nowhere.Number}";
            s["source"] = new System.Text.Json.Nodes.JsonObject { ["connectionString"] = $"Host=127.0.0.1;Port={nowhere.Number};Username=u;Database=d;Timeout=3" };
        });
        var (code, output, error) = await world.CommandAsync("check");
        Assert.True(code == 3, error);
        foreach (var part in new[] { "WRONG registry", "WRONG Kafka at", "mend: set source.connectionString", "ok    the Stripe key belongs to acct_sim", "ok    there is no state store yet" }) Assert.Contains(part, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error + output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OfAnyStore_ChangesNothing()
    {
        await using var world = await World.StartAsync(postgres);
        Assert.Contains("there is no state store yet", (await world.CommandAsync("check")).Output, StringComparison.Ordinal);
        AssertOneLine(await world.CommandAsync("parked", "list"), 2, "no `cdc-stripe run` has used this state store", "state.connectionString");
        AssertOneLine(await world.CommandAsync("pause"), 2, "no `cdc-stripe run` has used this state store", "state.connectionString");
        Assert.Equal(0, await world.StateAsync<long>("select count(*) from pg_namespace where nspname = 'cdc_stripe'"));

        await using (var run = world.Run())
        {
            await run.UntilAsync("the store is bound", () => world.StateIsAsync("select count(*) from stamp", 1));
            Assert.Equal(0, await run.InterruptAsync());
        }

        Assert.Contains("ok    the state store (schema cdc_stripe) belongs to acct_sim (test)", (await world.CommandAsync("check")).Output, StringComparison.Ordinal);
        await world.StateAsync<object>("update stamp set account = 'acct_other'; select 1");
        Assert.Contains("WRONG the state store belongs to acct_other (test), this is acct_sim (test)", (await world.CommandAsync("check")).Output, StringComparison.Ordinal);
        await world.StateAsync<object>("delete from migrations where version = (select max(version) from migrations); select 1");
        AssertOneLine(await world.CommandAsync("dlq", "list"), 2, "it lacks 1 migration", "use the version that runs on it");
        var migrations = await world.StateAsync<long>("select count(*) from migrations");
        await world.CommandAsync("check");
        Assert.Equal(migrations, await world.StateAsync<long>("select count(*) from migrations"));
    }

    [Fact]
    public async Task Check_WrongKafkaProperty_SaysItAndGoesOn()
    {
        await using var world = await World.StartAsync(postgres);
        await world.ConfigureAsync(s => s["kafka"]!["properties"] = new System.Text.Json.Nodes.JsonObject { ["security.protocol"] = "foo" });
        var (code, output, error) = await world.CommandAsync("check");
        Assert.True(code == 3, error);
        foreach (var part in new[] { "WRONG kafka.properties: ", "ok    registry" }) Assert.Contains(part, output, StringComparison.Ordinal);
        AssertOneLine(await world.CommandAsync("run"), 2, "kafka.properties: ", "CONFIGURATION.md");
    }

    [Fact]
    public async Task Check_OneTopicsNewestRecordHasAnUnknownSchema_SaysItAndLooksAtTheOthers()
    {
        await using var world = await World.StartAsync(postgres);
        var product = (await Snapshot.OfAsync(world.Recording, "products"))[0].Record;
        byte[] unknown = product.Value!.Value.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(unknown.AsSpan(1), 987_654);
        var price = Recording.Open(Replayed.Folder("shop-json-bare")).Records().Select(r => r.Record).First(r => r.Value is not null && r.Origin.Topic.EndsWith("prices", StringComparison.Ordinal));
        await world.ProduceAsync([("shop.public.products", 0, product.Key, unknown), ("shop.public.prices", 0, price.Key, price.Value)]);
        var (code, output, error) = await world.CommandAsync("check");
        Assert.True(code == 3, error);
        Assert.Contains("WRONG shop.public.products[0]@0 cannot be read: the value's schema id 987654 is not in the registry", output, StringComparison.Ordinal);
        Assert.Contains("WRONG shop.public.prices: ", output, StringComparison.Ordinal);
        Assert.Contains("decimal.handling.mode", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShadowsSchema_TooLongWithItsSuffix_IsRefused()
    {
        await using var world = await World.StartAsync(postgres);
        var (code, _, error) = await world.CommandAsync("run", "--shadow", "--set", "state.schema=a_schema_short_enough_by_itself_and_with_its_suffix_is_not");
        Assert.Equal(2, code);
        Assert.Contains("suffix_is_not_shadow' is no schema", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Release_ThatSelectsNothing_IsAnError()
    {
        await using var world = await World.StartAsync(postgres);
        await using (var run = world.Run())
        {
            await run.UntilAsync("the store is there", () => world.StateIsAsync("select count(*) from stamp", 1));
            Assert.Equal(0, await run.InterruptAsync());
        }

        AssertOneLine(await world.CommandAsync("parked", "release", "--row", "price:public.prices/1"), 1, "no waiting row is selected", "parked list");
        Assert.Equal(0, (await world.CommandAsync("parked", "release", "--all")).Code);
        AssertOneLine(await world.CommandAsync("approve", "--resource", "price", "--adopt"), 2, "--resource would do nothing with --adopt", "leave it out");
    }

    [Fact]
    public async Task FailureThatNobodyForesaw_IsOneLine_AndWholeWithVerbose()
    {
        var folder = Directory.CreateTempSubdirectory("cdc-stripe-bad-");
        try
        {
            var damaged = Path.Combine(folder.FullName, "dump.json");
            await File.WriteAllTextAsync(damaged, "{");
            string[] arguments = ["simulator", "--port", "0", "--load", damaged];
            AssertOneLine(await CliProcess.RunAsync(folder.FullName, arguments), 1, "", "--verbose");
            Assert.Contains("   at ", (await CliProcess.RunAsync(folder.FullName, [.. arguments, "--verbose"])).Error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void AssertOneLine((int Code, string Output, string Error) ended, int code, string message, string hint)
    {
        var lines = ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(ended.Code == code, ended.Error);
        Assert.True(lines.Length == 2, ended.Error);
        Assert.Contains(message, lines[0], StringComparison.Ordinal);
        Assert.StartsWith("  hint: ", lines[1], StringComparison.Ordinal);
        Assert.Contains(hint, lines[1], StringComparison.Ordinal);
    }

    [GeneratedRegex(@"bad\.yaml:(\d+)")]
    private static partial Regex ErrorLine();
}
