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

    /// <summary>A terminal's Ctrl-C goes to the whole process group of the program: the server would be gone before the program has ended what it does.</summary>
    [Fact]
    public async Task Server_IsInAProcessGroupOfItsOwn()
    {
        await using var server = await PostgresServer.StartTemporaryAsync(CancellationToken.None);
        await server.CreateDatabaseAsync("shop", CancellationToken.None);
        var folder = (string)(await ExecuteAsync(server, "show data_directory"))!;
        var pid = (await File.ReadAllLinesAsync(Path.Combine(folder, "postmaster.pid")))[0];
        Assert.NotEqual(Group("self"), Group(pid));
    }

    /// <summary>The third field behind the program's name, which stands in brackets.</summary>
    private static string Group(string pid) => File.ReadAllText($"/proc/{pid}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[2];

    private static async Task<object?> ExecuteAsync(PostgresServer server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString("shop") + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
