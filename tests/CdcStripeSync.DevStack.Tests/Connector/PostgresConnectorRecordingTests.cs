using CdcStripeSync.DevStack.Connector;

namespace CdcStripeSync.DevStack.Tests.Connector;

/// <summary>The connector against what real Debezium 3.5 wrote for the same SQL.</summary>
[Collection(PostgresCollectionDefinition.Name)]
public sealed class PostgresConnectorRecordingTests(ScratchPostgres postgres)
{
    [Fact]
    public async Task ShopScript_DefaultIdentity_EqualsTheRecording()
    {
        var records = await RunShopAsync("shop-default-identity", "default_identity", full: false);
        AssertEqual(Recording.Read("shop-default-identity"), records);
        AssertPositions(records);
    }

    [Fact]
    public async Task ShopScript_FullIdentity_EqualsTheRecording()
    {
        var records = await RunShopAsync("shop-full-identity", "full_identity", full: true);
        AssertEqual(Recording.Read("shop-full-identity"), records);
        AssertPositions(records);
    }

    [Fact]
    public async Task TypesScript_PreciseAdaptive_EqualsTheRecording()
    {
        const string database = "types_precise";
        await postgres.CreateDatabaseAsync(database);
        await postgres.ScriptAsync(database, Repository.Sql("types-schema.sql"));
        await postgres.ScriptAsync(database, Repository.Sql("types-seed.sql"));
        var sink = new RecordingSink();
        await using var connector = new RunningConnector(
            RunningConnector.Options("types-precise-adaptive", postgres, database), sink, Path.Combine(postgres.Folder, $"{database}.json"));
        await sink.WaitForEventAsync(ConnectorEventKind.SnapshotSettled);
        await postgres.ScriptAsync(database, Repository.Sql("types-changes.sql"));
        var recorded = Recording.Read("types-precise-adaptive");
        await sink.WaitForAsync(r => r.Count >= recorded.Count);
        AssertEqual(recorded, sink.Records);
    }

    private async Task<IReadOnlyList<ReadableRecord>> RunShopAsync(string recording, string database, bool full)
    {
        await postgres.CreateDatabaseAsync(database);
        await postgres.ScriptAsync(database, Repository.File("samples", "shop", "schema.sql"));
        if (full)
            await postgres.ExecuteAsync(database, "ALTER TABLE products REPLICA IDENTITY FULL; ALTER TABLE prices REPLICA IDENTITY FULL; ALTER TABLE customers REPLICA IDENTITY FULL");
        await postgres.ScriptAsync(database, Repository.File("samples", "shop", "seed.sql"));
        var sink = new RecordingSink();
        await using var connector = new RunningConnector(
            RunningConnector.Options(recording, postgres, database), sink, Path.Combine(postgres.Folder, $"{database}.json"));
        await sink.WaitForEventAsync(ConnectorEventKind.SnapshotSettled);

        // The recorded connector read the catalogue after the script had run to its end; so does this one.
        sink.Close();
        await postgres.ScriptAsync(database, Repository.Sql("shop-changes.sql"));
        sink.Open();
        var expected = Recording.Read(recording).Count(IsComparable);
        await sink.WaitForAsync(r => r.Count(IsComparable) >= expected);
        return sink.Records;
    }

    private static bool IsComparable(ReadableRecord record) => !record.Topic.StartsWith("__debezium-heartbeat", StringComparison.Ordinal);

    private static void AssertEqual(IReadOnlyList<ReadableRecord> recorded, IReadOnlyList<ReadableRecord> written)
    {
        var expected = Comparable.ByTopicAndKey(recorded);
        var actual = Comparable.ByTopicAndKey(written);
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (var (key, records) in expected)
        {
            Assert.True(records.Count == actual[key].Count, $"{key}: {records.Count} records recorded, {actual[key].Count} written");
            foreach (var (recordedText, writtenText) in records.Zip(actual[key]))
                Assert.True(recordedText == writtenText, $"{key}\nrecorded {recordedText}\nwritten  {writtenText}");
        }
    }

    /// <summary>The positions, which differ from run to run, must still fit together as Debezium's do.</summary>
    private static void AssertPositions(IReadOnlyList<ReadableRecord> records)
    {
        foreach (var record in records.Where(r => r.Source is not null))
        {
            var lsn = record.Source!["lsn"]!["long"]!.GetValue<long>();
            Assert.EndsWith($",\"{lsn}\"]", record.Source["sequence"]!["string"]!.GetValue<string>(), StringComparison.Ordinal);
            if (record.Value!["transaction"]?["event.block"]?["id"] is { } id)
                Assert.Equal($"{record.Source["txId"]!["long"]}:{lsn}", id.GetValue<string>());
        }
    }
}
