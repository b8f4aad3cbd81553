using CdcStripeSync.DevStack.Postgres;
using Npgsql;

namespace CdcStripeSync.DevStack.Tests.Postgres;

public sealed class PostgresServerTests
{
    [Fact]
    public async Task Server_StartedTwiceOnOneFolder_KeepsItsData()
    {
        var folder = Directory.CreateTempSubdirectory("pg-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        try
        {
            await using (var first = await PostgresServer.StartAsync(Path.Combine(folder, "data"), CancellationToken.None))
            {
                Assert.True(await first.CreateDatabaseAsync("shop", CancellationToken.None));
                await ExecuteAsync(first, "create table t (id int); insert into t values (7)");
            }

            await using var second = await PostgresServer.StartAsync(Path.Combine(folder, "data"), CancellationToken.None);
            Assert.False(await second.CreateDatabaseAsync("shop", CancellationToken.None));
            Assert.Equal(7, await ExecuteAsync(second, "select id from t"));
            Assert.Equal("logical", await ExecuteAsync(second, "show wal_level"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<object?> ExecuteAsync(PostgresServer server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString("shop") + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
