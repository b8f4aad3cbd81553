using CdcStripeSync.Core.Changes;
using CdcStripeSync.DevStack.Postgres;
using Npgsql;

namespace CdcStripeSync.App.Dev;

/// <summary>The DevStack's PostgreSQL: the sample shop in one database, our state in another.</summary>
internal sealed class DevDatabase : IAsyncDisposable
{
    public const string Shop = "shop";
    public const string State = "cdc_stripe";
    private readonly PostgresServer _server;

    private DevDatabase(PostgresServer server)
    {
        _server = server;
        Source = NpgsqlDataSource.Create(ShopConnection);
    }

    public int Port => _server.Port;

    public NpgsqlDataSource Source { get; }

    public string ShopConnection => _server.ConnectionString(Shop);

    public string StateConnection => _server.ConnectionString(State);

    public static async Task<DevDatabase> StartAsync(string folder, string samples, CancellationToken cancellationToken)
    {
        var server = await PostgresServer.StartAsync(Path.Combine(folder, "postgres"), cancellationToken);
        try
        {
            await server.CreateDatabaseAsync(State, cancellationToken);
            var database = new DevDatabase(server);
            if (await server.CreateDatabaseAsync(Shop, cancellationToken))
            {
                await database.ExecuteFileAsync(Path.Combine(samples, "schema.sql"), () => Task.CompletedTask, cancellationToken);
                await database.ExecuteFileAsync(Path.Combine(samples, "seed.sql"), () => Task.CompletedTask, cancellationToken);
            }

            return database;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a script as psql would: each statement on its own, transactions where it begins them.</summary>
    /// <param name="committed">Runs after each statement or transaction.</param>
    public async Task ExecuteFileAsync(string file, Func<Task> committed, CancellationToken cancellationToken)
    {
        await using var connection = await Source.OpenConnectionAsync(cancellationToken);
        var isOpen = false;
        foreach (var statement in SqlScript.Statements(await File.ReadAllTextAsync(file, cancellationToken)))
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            isOpen = Word(statement) switch { "BEGIN" or "START" => true, "COMMIT" or "END" or "ROLLBACK" => false, _ => isOpen };
            if (!isOpen) await committed();
        }
    }

    private static string Word(string statement) => statement.Split([' ', '\n', '\t', ';'], 2)[0].ToUpperInvariant();

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<TableId>> TablesAsync(CancellationToken cancellationToken)
    {
        await using var command = Source.CreateCommand("select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1, 2");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tables = new List<TableId>();
        while (await reader.ReadAsync(cancellationToken)) tables.Add(new TableId(reader.GetString(0), reader.GetString(1)));
        return tables;
    }

    /// <summary>Writes a message to the log, which the connector streams behind everything that is committed by now.</summary>
    /// <returns>The message's LSN; that of its commit is not below it.</returns>
    public async Task<ulong> MarkAsync(CancellationToken cancellationToken)
    {
        await using var command = Source.CreateCommand("select pg_logical_emit_message(true, 'cdc-stripe', 'settled?')::text");
        var text = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        return SourcePosition.Parse("lsn:" + text).Major;
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await _server.DisposeAsync();
    }
}
