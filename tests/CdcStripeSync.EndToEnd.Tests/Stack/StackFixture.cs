using System.Globalization;
using CdcStripeSync.DevStack.Postgres;

namespace CdcStripeSync.EndToEnd.Tests.Stack;

/// <summary>One PostgreSQL server for the tests that need one; each has a database of its own.</summary>
public sealed class StackFixture : IAsyncLifetime
{
    private PostgresServer? _server;
    private int _databases;

    /// <summary>initdb ends with the thread that started it, so that thread stays until the server is there.</summary>
    public Task InitializeAsync()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var keeper = new Thread(() =>
        {
            try
            {
                _server = PostgresServer.StartTemporaryAsync(CancellationToken.None).GetAwaiter().GetResult();
                started.SetResult();
            }
            catch (PostgresUnavailableException e)
            {
                started.SetException(e);
            }
        })
        { IsBackground = true };
        keeper.Start();
        return started.Task;
    }

    public async Task<string> NewDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await _server!.CreateDatabaseAsync(name, CancellationToken.None);
        return _server.ConnectionString(name) + ";Maximum Pool Size=10";
    }

    public async Task DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}

[CollectionDefinition(nameof(StackCollection))]
public sealed class StackCollection : ICollectionFixture<StackFixture>;
