using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Postgres.Source;
using Npgsql;

namespace CdcStripeSync.Postgres.Tests.Source;

[Collection(nameof(PostgresServerCollection))]
public sealed class SourceConnectionsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task ManyRowsAreLookedFor_FewConnectionsAreTaken()
    {
        var database = new NpgsqlConnectionStringBuilder(await postgres.NewDatabaseAsync());
        await using var other = NpgsqlDataSource.Create(database);
        await using (var make = other.CreateCommand("create table t as select n as id, 'a' as v from generate_series(1, 200) n")) await make.ExecuteNonQueryAsync();
        database.Remove("Maximum Pool Size");
        await using var source = SourceConnections.Create(database.ConnectionString);
        var reader = new PostgresRowReader(source, Repository.Mapping("version: 1\nresources:\n  product:\n    from: public.t\n    key: [id]\n    fields:\n      name: { column: v }\n"));

        var rows = await Task.WhenAll(Enumerable.Range(1, 200).Select(n => reader.ReadAsync(new EntityKey("product", TableId.Parse("public.t"), $"{n}"), ["v"], CancellationToken.None)));

        Assert.All(rows, Assert.NotNull);
        await using var count = other.CreateCommand("select count(*) from pg_stat_activity where datname = current_database() and application_name = 'cdc-stripe'");
        Assert.InRange((long)(await count.ExecuteScalarAsync())!, 1, SourceConnections.Most);
    }

    [Theory]
    [InlineData("Maximum Pool Size=7", 7)]
    [InlineData("Minimum Pool Size=9", 9)]
    public void Number_ThatIsSet_IsKept(string setting, int expected)
    {
        using var source = SourceConnections.Create($"Host=127.0.0.1;{setting}");
        Assert.Equal(expected, new NpgsqlConnectionStringBuilder(source.ConnectionString).MaxPoolSize);
    }
}
