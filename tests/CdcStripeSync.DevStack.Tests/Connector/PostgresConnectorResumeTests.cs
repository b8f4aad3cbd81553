using CdcStripeSync.DevStack.Connector;

namespace CdcStripeSync.DevStack.Tests.Connector;

/// <summary>Stops, crashes and losses between two runs.</summary>
[Collection(PostgresCollectionDefinition.Name)]
public sealed class PostgresConnectorResumeTests(ScratchPostgres postgres)
{
    private const string Table = "shop.public.items";

    [Fact]
    public async Task Restart_AfterChangesWhileStopped_EmitsThemWithoutANewSnapshot()
    {
        var database = await DatabaseAsync("resume");
        await RunUntilSettledAsync(database);
        await postgres.ExecuteAsync(database, "UPDATE items SET name = 'two!' WHERE id = 2; DELETE FROM items WHERE id = 3; INSERT INTO items VALUES (4, 'four')");

        var sink = new RecordingSink();
        await using var connector = Start(database, sink);
        await sink.WaitForAsync(r => Ops(r).Count >= 4);

        Assert.Equal(["u", "d", "-", "c"], Ops(sink.Records));
        Assert.DoesNotContain(sink.Events, e => e.Kind == ConnectorEventKind.SnapshotStarted);
    }

    [Fact]
    public async Task Restart_WithRecordsNotSettled_EmitsThemAgain()
    {
        var database = await DatabaseAsync("unsettled");
        await RunUntilSettledAsync(database);
        var first = new RecordingSink { SettlesAll = false };
        await using (Start(database, first))
        {
            await postgres.ExecuteAsync(database, "UPDATE items SET name = 'two!' WHERE id = 2");
            await first.WaitForAsync(r => Ops(r).Count == 1);
            await Task.Delay(1500); // longer than the interval of the standby's status
        }

        var second = new RecordingSink();
        await using var connector = Start(database, second);
        await second.WaitForAsync(r => Ops(r).Count >= 1);
        Assert.Equal(["u"], Ops(second.Records));
        Assert.Equal(first.Records[^1].Source!["lsn"]!.ToJsonString(), second.Records[^1].Source!["lsn"]!.ToJsonString());
    }

    [Fact]
    public async Task Restart_WithEverythingSettled_RepeatsNothing()
    {
        var database = await DatabaseAsync("settled");
        await RunUntilSettledAsync(database);
        var first = new RecordingSink();
        await using (Start(database, first))
        {
            await postgres.ExecuteAsync(database, "UPDATE items SET name = 'two!' WHERE id = 2");
            await first.WaitForAsync(r => Ops(r).Count == 1);
            await WaitForConfirmationAsync(database, first.Raw[^1].Position);
        }

        var second = new RecordingSink();
        await using var connector = Start(database, second);
        await second.WaitForEventAsync(ConnectorEventKind.StreamingStarted);
        await postgres.ExecuteAsync(database, "INSERT INTO items VALUES (4, 'four')");
        await second.WaitForAsync(r => Ops(r).Count >= 1);
        Assert.Equal(["c"], Ops(second.Records));
    }

    [Fact]
    public async Task Restart_BeforeTheSnapshotSettled_SnapshotsAgainAndStillSendsTheDeletes()
    {
        var database = await DatabaseAsync("resnapshot");
        var first = new RecordingSink { SettlesAll = false };
        await using (Start(database, first))
            await first.WaitForEventAsync(ConnectorEventKind.StreamingStarted);
        await postgres.ExecuteAsync(database, "DELETE FROM items WHERE id = 3");

        var second = new RecordingSink();
        await using var connector = Start(database, second);
        await second.WaitForAsync(r => Ops(r).Count >= 4);
        Assert.Equal(["r", "r", "d", "-"], Ops(second.Records));
        await second.WaitForEventAsync(ConnectorEventKind.SnapshotSettled);
    }

    [Fact]
    public async Task Restart_AfterTheSlotWasDropped_SaysSoAndSnapshotsAgain()
    {
        var database = await DatabaseAsync("slot_dropped");
        await RunUntilSettledAsync(database);
        await WaitForAsync(database, $"SELECT NOT active FROM pg_replication_slots WHERE slot_name = '{database}'");
        await postgres.ExecuteAsync(database, $"SELECT pg_drop_replication_slot('{database}')");

        var sink = new RecordingSink();
        await using var connector = Start(database, sink);
        await sink.WaitForEventAsync(ConnectorEventKind.SlotLost);
        await sink.WaitForAsync(r => Ops(r).Count >= 3);
        Assert.Equal(["r", "r", "r"], Ops(sink.Records));
    }

    [Fact]
    public async Task LostConnection_IsTakenUpAgain()
    {
        var database = await DatabaseAsync("reconnect");
        var sink = new RecordingSink();
        await using var connector = Start(database, sink);
        await sink.WaitForEventAsync(ConnectorEventKind.SnapshotSettled);
        await WaitForAsync(database, $"SELECT active FROM pg_replication_slots WHERE slot_name = '{database}'");
        await postgres.ExecuteAsync(database, $"SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '{database}'");
        await postgres.ExecuteAsync(database, "INSERT INTO items VALUES (4, 'four')");
        await sink.WaitForAsync(r => Ops(r).Contains("c"));
        Assert.Contains(sink.Events, e => e.Kind == ConnectorEventKind.ConnectionLost);
    }

    [Fact]
    public async Task IdleDatabase_OtherTablesWritten_StillConfirmsTheSlot()
    {
        var database = await DatabaseAsync("idle");
        var sink = new RecordingSink();
        await using var connector = Start(database, sink);
        await sink.WaitForEventAsync(ConnectorEventKind.SnapshotSettled);
        await postgres.ExecuteAsync(database, "CREATE TABLE other (id int); INSERT INTO other SELECT generate_series(1, 1000)");
        var written = (decimal)(await postgres.ScalarAsync(database, "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"))!;
        await WaitForConfirmationAsync(database, (ulong)written);
    }

    [Fact]
    public async Task LargeValues_Unchanged_BecomeThePlaceholderOfTheirType()
    {
        const string database = "toast";
        await postgres.CreateDatabaseAsync(database);
        await postgres.ExecuteAsync(database, """
            CREATE TABLE items (id int PRIMARY KEY, n int, big_text text, big_json jsonb, big_bytes bytea, big_list text[]);
            ALTER TABLE items ALTER big_text SET STORAGE EXTERNAL, ALTER big_json SET STORAGE EXTERNAL,
                ALTER big_bytes SET STORAGE EXTERNAL, ALTER big_list SET STORAGE EXTERNAL;
            INSERT INTO items VALUES (1, 1, repeat('x', 9000), to_jsonb(repeat('y', 9000)), decode(repeat('ff', 9000), 'hex'), ARRAY[repeat('z', 9000)])
            """);
        var sink = new RecordingSink();
        await using var connector = Start(database, sink);
        await sink.WaitForEventAsync(ConnectorEventKind.SnapshotSettled);
        await postgres.ExecuteAsync(database, "UPDATE items SET n = 2");
        await sink.WaitForAsync(r => Ops(r).Contains("u"));

        var update = sink.Records.Last(r => r.Op == "u");
        Assert.Equal("2", update.Column("after", "n")!.ToJsonString());
        Assert.Equal("__debezium_unavailable_value", update.Column("after", "big_text")!.GetValue<string>());
        Assert.Equal("__debezium_unavailable_value", update.Column("after", "big_json")!.GetValue<string>());
        Assert.Equal("__debezium_unavailable_value", update.Column("after", "big_bytes")!.GetValue<string>());
        Assert.Equal("""[{"string":"__debezium_unavailable_value"}]""", update.Column("after", "big_list")!.ToJsonString());
    }

    [Fact]
    public async Task UnsupportedColumn_IsLeftOutWithOneWarning()
    {
        const string database = "unsupported";
        await postgres.CreateDatabaseAsync(database);
        await postgres.ExecuteAsync(database, "CREATE TABLE items (id int PRIMARY KEY, area polygon, name text); INSERT INTO items VALUES (1, NULL, 'one')");
        var sink = new RecordingSink();
        await using var connector = Start(database, sink);
        await sink.WaitForEventAsync(ConnectorEventKind.SnapshotSettled);
        await postgres.ExecuteAsync(database, "INSERT INTO items VALUES (2, '((0,0),(1,1),(1,0))', 'two')");
        await sink.WaitForAsync(r => Ops(r).Contains("c"));

        Assert.Equal("two", sink.Records[^1].Column("after", "name")!.GetValue<string>());
        var warning = Assert.Single(sink.Events, e => e.Kind == ConnectorEventKind.ColumnSkipped);
        Assert.Contains("public.items.area: type polygon", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Heartbeats_WithoutChanges_GoOn()
    {
        var database = await DatabaseAsync("heartbeat");
        var sink = new RecordingSink();
        await using var connector = Start(database, sink, ("heartbeat.interval.ms", "100"));
        await sink.WaitForAsync(r => r.Count(x => x.Topic == "__debezium-heartbeat.shop") >= 3);
        var beat = sink.Records.First(r => r.Topic == "__debezium-heartbeat.shop");
        Assert.Equal("""{"serverName":"shop"}""", beat.Key!.ToJsonString());
        Assert.Empty(beat.Headers);
    }

    [Fact]
    public async Task NoSuchDatabase_FailsWithAHint()
    {
        var sink = new RecordingSink();
        var options = RunningConnector.Options("shop-full-identity", postgres, "nowhere");
        var connector = new PostgresConnector(options, sink, sink, sink, sink, TimeProvider.System, Path.Combine(postgres.Folder, "nowhere.json"));
        var error = await Assert.ThrowsAsync<ConnectorException>(() => connector.RunAsync(CancellationToken.None));
        Assert.Contains("correct database.dbname", error.Message, StringComparison.Ordinal);
    }

    private async Task<string> DatabaseAsync(string name)
    {
        await postgres.CreateDatabaseAsync(name);
        await postgres.ExecuteAsync(name, "CREATE TABLE items (id int PRIMARY KEY, name text); INSERT INTO items VALUES (1, 'one'), (2, 'two'), (3, 'three')");
        return name;
    }

    private RunningConnector Start(string database, RecordingSink sink, params ReadOnlySpan<(string, string)> settings) => new(
        RunningConnector.Options("shop-full-identity", postgres, database, [("topic.prefix", "shop"), ("publication.name", database), .. settings]),
        sink, Path.Combine(postgres.Folder, $"{database}.json"));

    private async Task RunUntilSettledAsync(string database)
    {
        var sink = new RecordingSink();
        await using var connector = Start(database, sink);
        await sink.WaitForEventAsync(ConnectorEventKind.SnapshotSettled);
    }

    private Task WaitForConfirmationAsync(string database, ulong position) =>
        WaitForAsync(database, $"SELECT confirmed_flush_lsn - '0/0'::pg_lsn >= {position} FROM pg_replication_slots WHERE slot_name = '{database}'");

    private async Task WaitForAsync(string database, string condition)
    {
        for (var i = 0; await postgres.ScalarAsync(database, condition) is not true; i++)
        {
            Assert.True(i < 1_200, $"not true after a while: {condition}");
            await Task.Delay(50);
        }
    }

    private static List<string> Ops(IReadOnlyList<ReadableRecord> records) =>
        [.. records.Where(r => r.Topic == Table).Select(r => r.Op ?? "-")];
}
