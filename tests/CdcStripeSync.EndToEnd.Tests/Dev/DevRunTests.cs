using System.Text.Json.Nodes;
using CdcStripeSync.App.Replay;
using CdcStripeSync.CrashTest.Processes;
using CdcStripeSync.DevStack.Postgres;
using CdcStripeSync.EndToEnd.Tests.House;
using CdcStripeSync.EndToEnd.Tests.Recordings;
using CdcStripeSync.EndToEnd.Tests.Stack;
using CdcStripeSync.Simulator;
using Npgsql;

namespace CdcStripeSync.EndToEnd.Tests.Dev;

/// <summary><c>run --dev</c> by the real program: the recorded session on its own PostgreSQL, then a second run over what changed while nothing ran.</summary>
public sealed class DevRunTests
{
    /// <summary>Rows of the sample's seed: 4 products, 6 prices, 2 customers.</summary>
    private const int Seeded = 12;

    private static readonly string Script = Path.Combine(RepositoryRoot.Path, "tests", "fixtures", "debezium", "sql", "shop-changes.sql");

    [Fact]
    public async Task RecordedSession_LeavesWhatItsReplayLeaves()
    {
        var folder = Directory.CreateTempSubdirectory("cdc-stripe-dev-");
        try
        {
            var (code, output, error) = await CliProcess.RunAsync(folder.FullName, "demo", "--json", "--sql", Script);
            Assert.True(code == 0, error + output);
            var objects = JsonNode.Parse(output)!["objects"]!.AsObject().ToDictionary(o => o.Key, o => (IReadOnlyList<JsonObject>)[.. o.Value!.AsArray().Select(x => x!.AsObject())]);
            var found = new Replayed(new ReplayResult([], objects, [], [], new Dictionary<string, long>(), [])).Catalogue();
            var expected = (await Replayed.OfAsync("shop-default-identity", Replayed.ShopMapping)).Catalogue();
            Assert.Empty(expected.Keys.Union(found.Keys).Where(k => expected.GetValueOrDefault(k) != found.GetValueOrDefault(k))
                .Select(k => $"{k}: expected {expected.GetValueOrDefault(k)}, found {found.GetValueOrDefault(k)}"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task SecondRun_GoesOn_WithRowsChangedAndDeletedWhileNothingRan()
    {
        var folder = Directory.CreateTempSubdirectory("cdc-stripe-dev-");
        File.SetUnixFileMode(folder.FullName, File.GetUnixFileMode(folder.FullName) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        try
        {
            await using (var first = CliProcess.Start(folder.FullName, "run", "--dev", "--data", "data"))
            {
                await first.UntilAsync("the seed is in Stripe", async () => await ObjectsAsync(folder) == Seeded);
                Assert.Equal(0, await first.InterruptAsync());
            }

            await using (var postgres = await StartingThread.RunAsync(() => PostgresServer.StartAsync(Path.Combine(folder.FullName, "data", "postgres"), CancellationToken.None)))
            {
                await ExecuteAsync(postgres.ConnectionString("shop"), ["UPDATE products SET name = 'Changed in the dark' WHERE id = 1", "DELETE FROM products WHERE id = 3"]);
            }

            await using var second = CliProcess.Start(folder.FullName, "run", "--dev", "--data", "data");
            await second.UntilAsync("what changed meanwhile is in Stripe", async () =>
            {
                var products = (await StripeAsync(folder)).Objects("products").ToDictionary(p => p["id"]!.ToString());
                return products["shop_1"]["name"]!.ToString() == "Changed in the dark" && !products["shop_3"]["active"]!.GetValue<bool>();
            });
            string[] settings = ["--config", "data/cdc-stripe.json"];
            var (code, _, said) = await CliProcess.RunAsync(folder.FullName, ["parked", "list", .. settings]);
            Assert.Equal((0, ""), (code, said));
            Assert.Contains("no `cdc-stripe run` has used", (await CliProcess.RunAsync(folder.FullName, ["pause", .. settings, "--set", "state.schema=another"])).Error, StringComparison.Ordinal);
            Assert.Equal(0, await second.InterruptAsync());
            Assert.Equal(Seeded, await ObjectsAsync(folder));
            Assert.DoesNotContain(" ERR ", second.Error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task ExecuteAsync(string connection, IEnumerable<string> statements)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var open = await source.OpenConnectionAsync();
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, open);
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Its state is saved every two seconds.</summary>
    private static async Task<Replayed> StripeAsync(DirectoryInfo folder)
    {
        await using var stripe = await StripeSimulator.StartAsync(new SimulatorOptions(), CancellationToken.None);
        var dump = Path.Combine(folder.FullName, "data", "stripe.json");
        if (File.Exists(dump)) stripe.Load(await File.ReadAllTextAsync(dump));
        return new Replayed(new ReplayResult([], stripe.Objects(), [], [], new Dictionary<string, long>(), []));
    }

    private static async Task<int> ObjectsAsync(DirectoryInfo folder)
    {
        var stripe = await StripeAsync(folder);
        return stripe.Objects("products").Count() + stripe.Objects("prices").Count() + stripe.Objects("customers").Count();
    }
}
