using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Postgres.Source;
using Npgsql;

namespace CdcStripeSync.Postgres.Tests.Source;

[Collection(nameof(PostgresServerCollection))]
public sealed class PostgresRowReaderTests(PostgresFixture postgres)
{
    /// <summary>Types that the reader leaves unavailable, and a column that the connector renamed for Avro.</summary>
    private static readonly string[] Unread = ["c_bit5", "c_varbit", "c_point", "odd_Name_1"];

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Read_OfTheRecordedTypes_EqualsWhatTheDecoderGives()
    {
        await using var source = NpgsqlDataSource.Create(await postgres.NewDatabaseAsync());
        await RunAsync(source, await File.ReadAllTextAsync(Repository.File("tests", "fixtures", "debezium", "sql", "types-schema.sql")));
        await RunAsync(source, await File.ReadAllTextAsync(Repository.File("tests", "fixtures", "debezium", "sql", "types-seed.sql")));
        var reader = new PostgresRowReader(source, Mapping("public.all_types", "id"));

        var compared = 0;
        await foreach (var recorded in SnapshotRowsAsync("all_types"))
        {
            var read = (await reader.ReadAsync(Key("public.all_types", recorded["id"].ToText()!), [.. recorded.Select(c => c.Key)], None))?.Row;
            Assert.NotNull(read);
            foreach (var (column, expected) in recorded.Where(c => !Unread.Contains(c.Key) && c.Value.HasValue))
            {
                Assert.True(expected == read[column], $"{column}: decoded {expected.Kind} {expected}, read {read[column].Kind} {read[column]}");
                compared++;
            }
        }

        Assert.True(compared > 35, $"{compared} values compared");
    }

    [Fact]
    public async Task ReadAll_OfTheRecordedTypes_EqualsWhatTheDecoderGives()
    {
        await using var source = NpgsqlDataSource.Create(await postgres.NewDatabaseAsync());
        await RunAsync(source, await File.ReadAllTextAsync(Repository.File("tests", "fixtures", "debezium", "sql", "types-schema.sql")));
        await RunAsync(source, await File.ReadAllTextAsync(Repository.File("tests", "fixtures", "debezium", "sql", "types-seed.sql")));
        var recorded = new List<Row>();
        await foreach (var row in SnapshotRowsAsync("all_types")) recorded.Add(row);
        string[] columns = [.. recorded[0].Select(c => c.Key).Except(Unread)];
        var read = new List<Row>();
        await foreach (var row in new PostgresTableReader(source).ReadAsync(TableId.Parse("public.all_types"), columns, None)) read.Add(row);

        Assert.True(columns.Length > 40, $"{columns.Length} columns");
        Assert.Equal(recorded.Select(r => r.Project(columns)).OrderBy(r => r["id"].ToText(), StringComparer.Ordinal), read.OrderBy(r => r["id"].ToText(), StringComparer.Ordinal));
    }

    [Fact]
    public async Task ReadAll_TableMissing_SaysSo()
    {
        await using var source = NpgsqlDataSource.Create(await postgres.NewDatabaseAsync());
        var refusal = await Assert.ThrowsAsync<RowReadException>(async () => await new PostgresTableReader(source).ReadAsync(TableId.Parse("public.absent"), ["id"], None).GetAsyncEnumerator().MoveNextAsync());
        Assert.Contains("no table public.absent", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_ExtremesAndNulls_AsTheDecoderWould()
    {
        await using var source = NpgsqlDataSource.Create(await postgres.NewDatabaseAsync());
        await RunAsync(source, """
            create table t (id int primary key, n numeric, d date, d2 date, ts timestamp, tz timestamptz, bc date, a text[], f float4, e text[]);
            insert into t values (1, 'NaN', 'infinity', '-infinity', 'infinity', '-infinity', '0044-03-15 BC', null, 1.1, '{}');
            """);
        var row = await new PostgresRowReader(source, Mapping("public.t", "id")).ReadAsync(Key("public.t", "1"), ["n", "d", "d2", "ts", "tz", "bc", "a", "f", "e", "absent"], None);

        Assert.Equal(
            Row.Of(
                ("n", ColumnValue.Null), ("d", ColumnValue.Date(long.MaxValue)), ("d2", ColumnValue.Date(long.MinValue)),
                ("ts", ColumnValue.Of(Instant.PositiveInfinity)), ("tz", ColumnValue.Of(Instant.NegativeInfinity)), ("bc", ColumnValue.Date(-735_160)),
                ("a", ColumnValue.Null), ("f", ColumnValue.Of(1.1)), ("e", ColumnValue.Of(System.Collections.Immutable.ImmutableArray<ColumnValue>.Empty))),
            row!.Row);
    }

    [Theory]
    [InlineData("uuid", "7d444840-9dc0-11d1-b245-5ffdce74fad2")]
    [InlineData("text", "a,b/c%d'\"\t")]
    [InlineData("numeric(10,2)", "1.5")]
    [InlineData("date", "2026-01-31")]
    [InlineData("timestamptz", "2026-03-29T01:30:00.123456Z")]
    [InlineData("timestamp", "2026-03-29T01:30:00.123456Z")]
    [InlineData("boolean", "true")]
    [InlineData("char(5)", "ab   ")]
    [InlineData("bigint", "-9223372036854775808")]
    public async Task Read_ByAKeyOfAnyType_FindsTheRow(string type, string key)
    {
        await using var source = NpgsqlDataSource.Create(await postgres.NewDatabaseAsync());
        await RunAsync(source, $"create table t (\"Odd key\" {type}, part int, v text, primary key (\"Odd key\", part))");
        await using (var insert = source.CreateCommand($"insert into t values (cast($1 as {type}), 2, 'found'), (cast($1 as {type}), 3, 'other')"))
        {
            insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
            await insert.ExecuteNonQueryAsync();
        }

        var reader = new PostgresRowReader(source, Mapping("public.t", "Odd key, part"));
        Assert.Equal(
            Row.Of(("v", ColumnValue.Of("found")), ("Odd key", (await reader.ReadAsync(Key("public.t", KeyEncoding.Encode([key, "2"])), ["Odd key"], None))!.Row["Odd key"])),
            (await reader.ReadAsync(Key("public.t", KeyEncoding.Encode([key, "2"])), ["v", "Odd key"], None))!.Row);
        Assert.Equal(key, (await reader.ReadAsync(Key("public.t", KeyEncoding.Encode([key, "2"])), ["Odd key"], None))!.Row["Odd key"].ToText());
        Assert.Null(await reader.ReadAsync(Key("public.t", KeyEncoding.Encode([key, "9"])), ["v"], None));
    }

    [Fact]
    public async Task Read_AfterAWrite_IsStampedBetweenTheWriteAndTheNext()
    {
        await using var source = NpgsqlDataSource.Create(await postgres.NewDatabaseAsync());
        await RunAsync(source, "create table t (id int primary key, v text); insert into t values (1, 'a')");
        var reader = new PostgresRowReader(source, Mapping("public.t", "id"));
        var first = (await reader.ReadAsync(Key("public.t", "1"), ["v"], None))!;
        await RunAsync(source, "update t set v = 'b' where id = 1");
        var second = (await reader.ReadAsync(Key("public.t", "1"), ["v"], None))!;

        Assert.Equal([ColumnValue.Of("a"), ColumnValue.Of("b")], [first.Row["v"], second.Row["v"]]);
        Assert.True(first.Stamp.CompareTo(second.Stamp) < 0, $"{first.Stamp}, then {second.Stamp}");
        Assert.True(first.ReadAt < second.ReadAt, $"{first.ReadAt}, then {second.ReadAt}");
    }

    [Fact]
    public async Task Read_DatabaseAway_PassesByItself()
    {
        await using var away = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=x;Database=x;Timeout=2");
        var refusal = await RefusalAsync(away, "public.t", "id", "1");
        Assert.True(refusal.Passes, refusal.Message);
    }

    [Fact]
    public async Task Read_TableKeyOrRightMissing_SaysWhatMendsIt()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await RunAsync(source, "create table t (other int); create table locked (id int primary key); do $$ begin create role outsider login; exception when duplicate_object then null; end $$");
        await using var outsider = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { Username = "outsider" }.ConnectionString);

        var noTable = await RefusalAsync(source, "public.absent", "id", "1");
        var noKey = await RefusalAsync(source, "public.t", "id", "1");
        var noRight = await RefusalAsync(outsider, "public.locked", "id", "1");
        var noSuchKey = await RefusalAsync(source, "public.locked", "id", "one");

        Assert.All([noTable, noKey, noRight, noSuchKey], r => Assert.False(r.Passes, r.Message));
        Assert.Contains("no table public.absent", noTable.Message, StringComparison.Ordinal);
        Assert.Contains("no column id", noKey.Message, StringComparison.Ordinal);
        Assert.Contains("GRANT SELECT ON \"public\".\"locked\"", noRight.Hint, StringComparison.Ordinal);
        Assert.Contains("invalid input syntax", noSuchKey.Message, StringComparison.Ordinal);
    }

    private static async Task<RowReadException> RefusalAsync(NpgsqlDataSource source, string table, string key, string value) =>
        await Assert.ThrowsAsync<RowReadException>(() => new PostgresRowReader(source, Mapping(table, key)).ReadAsync(Key(table, value), [key], None));

    private static async IAsyncEnumerable<Row> SnapshotRowsAsync(string table)
    {
        var recording = Recording.Open(Repository.File("tests", "fixtures", "debezium", "types-precise-adaptive"));
        var decoder = new DebeziumDecoder(recording, new DecoderOptions());
        foreach (var record in recording.Records())
        {
            if (await decoder.DecodeAsync(record.Record, None) is DecodedRecord.Change { Event: { Op: ChangeOp.Read, After: { } row } change } && change.Table.Name == table) yield return row;
        }
    }

    private static Core.Mapping.Mapping Mapping(string table, string key) =>
        Repository.Mapping($"version: 1\nresources:\n  product:\n    from: {table}\n    key: [{key}]\n    fields:\n      name: {{ column: v }}\n");

    private static EntityKey Key(string table, string key) => new("product", TableId.Parse(table), key);

    private static async Task RunAsync(NpgsqlDataSource source, string sql)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using (var command = new NpgsqlCommand(sql, connection)) await command.ExecuteNonQueryAsync();
        await connection.ReloadTypesAsync();
    }
}
