using System.Globalization;
using CdcStripeSync.DevStack.Postgres;
using CdcStripeSync.Postgres.Migrations;
using Npgsql;

namespace CdcStripeSync.Postgres.Tests;

/// <summary>One PostgreSQL server for the tests of this project; each test has a database of its own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private PostgresServer? _server;
    private int _databases;

    public async Task InitializeAsync() => _server = await StartServerAsync();

    /// <summary>A server of the test's own. initdb ends with the thread that started it, so that thread stays until the server is there.</summary>
    public static Task<PostgresServer> StartServerAsync()
    {
        var started = new TaskCompletionSource<PostgresServer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var keeper = new Thread(() =>
        {
            try
            {
                started.SetResult(PostgresServer.StartTemporaryAsync(CancellationToken.None).GetAwaiter().GetResult());
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        })
        { IsBackground = true };
        keeper.Start();
        return started.Task;
    }

    public async Task DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    public async Task<string> NewDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await _server!.CreateDatabaseAsync(name, CancellationToken.None);
        return _server.ConnectionString(name) + ";Maximum Pool Size=10";
    }

    public async Task<OpenStore> NewStoreAsync() => await OpenStore.OpenAsync(await NewDatabaseAsync());
}

/// <summary>A store with its connections.</summary>
public sealed class OpenStore : IAsyncDisposable
{
    private OpenStore(NpgsqlDataSource source, PostgresStateStore store)
    {
        Source = source;
        Store = store;
    }

    public NpgsqlDataSource Source { get; }

    public PostgresStateStore Store { get; }

    public static async Task<OpenStore> OpenAsync(string connectionString)
    {
        var source = StateStoreSource.Create(connectionString);
        return new OpenStore(source, await PostgresStateStore.OpenAsync(source, StateStoreSource.DefaultSchema, CancellationToken.None));
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task RunAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}

[CollectionDefinition(nameof(PostgresServerCollection))]
public sealed class PostgresServerCollection : ICollectionFixture<PostgresFixture>;
