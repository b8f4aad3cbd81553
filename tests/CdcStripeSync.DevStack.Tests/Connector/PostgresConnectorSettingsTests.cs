using CdcStripeSync.DevStack.Connector;

namespace CdcStripeSync.DevStack.Tests.Connector;

/// <summary>What the configuration changes in the records.</summary>
[Collection(PostgresCollectionDefinition.Name)]
public sealed class PostgresConnectorSettingsTests(ScratchPostgres postgres)
{
    [Fact]
    public async Task SkippedOperationsAndNoTombstones_OnlyTheRestIsWritten()
    {
        var sink = await RunAsync("skipping", ("skipped.operations", "u,t"), ("tombstones.on.delete", "false"), ("provide.transaction.metadata", "true"));
        Assert.Equal(["r", "c", "d"], sink.Records.Where(r => r.Topic == "shop.public.items").Select(r => r.Op ?? "-"));
        var end = sink.Records.First(r => r.Value?["status"]?.GetValue<string>() == "END");
        Assert.Equal("""{"long":3}""", end.Value!["event_count"]!.ToJsonString());
    }

    [Fact]
    public async Task NoData_StartsWithTheFirstChange()
    {
        var sink = await RunAsync("no_data", ("snapshot.mode", "no_data"));
        Assert.Equal("c", sink.Records[0].Op);
    }

    [Theory]
    [InlineData("string", "\"2.50\"")]
    [InlineData("double", "2.5")]
    public async Task DecimalMode_OfAnAmount_IsReadable(string mode, string expected)
    {
        var sink = await RunAsync($"decimals_{mode}", ("decimal.handling.mode", mode));
        Assert.Equal(expected, sink.Records.First(r => r is { Op: "c", Topic: "shop.public.items" }).Column("after", "amount")!.ToJsonString());
    }

    [Fact]
    public async Task IncludeList_OtherTables_AreNotPublished()
    {
        var sink = await RunAsync("including", ("table.include.list", "public.items,public.missing"));
        Assert.DoesNotContain(sink.Records, r => r.Topic == "shop.public.others");
        Assert.Contains(sink.Events, e => e.Kind == ConnectorEventKind.TableSkipped && e.Message.Contains("'public.missing'", StringComparison.Ordinal));
    }

    private async Task<RecordingSink> RunAsync(string database, params (string, string)[] settings)
    {
        await postgres.CreateDatabaseAsync(database);
        await postgres.ExecuteAsync(database, "CREATE TABLE items (id int PRIMARY KEY, amount numeric(10, 2)); CREATE TABLE others (id int PRIMARY KEY); INSERT INTO items VALUES (1, 1)");
        var sink = new RecordingSink();
        await using var connector = new RunningConnector(
            RunningConnector.Options("shop-full-identity", postgres, database, [("topic.prefix", "shop"), ("publication.name", database), .. settings]),
            sink, Path.Combine(postgres.Folder, $"{database}.json"));
        await sink.WaitForEventAsync(ConnectorEventKind.SnapshotSettled);
        await postgres.ExecuteAsync(database, """
            INSERT INTO others VALUES (1); INSERT INTO items VALUES (2, 2.5); UPDATE items SET amount = 3; DELETE FROM items WHERE id = 1; TRUNCATE items;
            """);
        await postgres.ExecuteAsync(database, "SELECT pg_logical_emit_message(true, 'done', 'x')");
        await sink.WaitForAsync(r => r.Any(x => x.Topic == "shop.message"));
        await postgres.ExecuteAsync(database, "SELECT pg_logical_emit_message(false, 'after', 'y')");
        await sink.WaitForAsync(r => r.Any(x => x.Topic == "shop.message" && x.Value!["source"]!["txId"] is null));
        return sink;
    }
}
