using CdcStripeSync.DevStack.Postgres;
using Npgsql;

namespace CdcStripeSync.DevStack.Tests.Connector;

/// <summary>A PostgreSQL server for these tests, and a folder for the connectors' state; both gone afterwards.</summary>
public sealed class ScratchPostgres : IAsyncLifetime
{
    private PostgresServer? _server;

    public int Port => _server!.Port;

    public string Folder { get; } = Directory.CreateTempSubdirectory("cdc-connector-").FullName;

    public async Task InitializeAsync() => _server = await PostgresServer.StartTemporaryAsync(CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _server!.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    public Task CreateDatabaseAsync(string database) => _server!.CreateDatabaseAsync(database, CancellationToken.None);

    public async Task ExecuteAsync(string database, string sql) => await ScalarAsync(database, sql);

    public async Task<object?> ScalarAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Runs a script as psql would: one session, statement by statement.</summary>
    public async Task ScriptAsync(string database, string file)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database));
        await connection.OpenAsync();
        foreach (var statement in Statements(WithoutComments(await File.ReadAllLinesAsync(file))))
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static string WithoutComments(IEnumerable<string> lines) =>
        string.Join('\n', lines.Where(l => !l.StartsWith("--", StringComparison.Ordinal)));

    private static IEnumerable<string> Statements(string script)
    {
        var start = 0;
        var quoted = false;
        for (var i = 0; i < script.Length; i++)
        {
            if (script[i] == '\'')
                quoted = !quoted;
            if (script[i] != ';' || quoted)
                continue;
            yield return script[start..i];
            start = i + 1;
        }
    }

    private string ConnectionString(string database) => _server!.ConnectionString(database) + ";Pooling=false";
}
