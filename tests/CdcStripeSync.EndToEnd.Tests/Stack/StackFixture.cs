using System.Globalization;
using CdcStripeSync.CrashTest.Processes;
using CdcStripeSync.DevStack.Postgres;

namespace CdcStripeSync.EndToEnd.Tests.Stack;

/// <summary>One PostgreSQL server for the tests that need one; each has a database of its own.</summary>
public sealed class StackFixture : IAsyncLifetime
{
    private PostgresServer? _server;
    private int _databases;

    public async Task InitializeAsync() => _server = await StartingThread.RunAsync(() => PostgresServer.StartTemporaryAsync(CancellationToken.None));

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
