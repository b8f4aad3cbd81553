using System.Globalization;
using CdcStripeSync.DevStack.Postgres;

namespace CdcStripeSync.CrashTest.Processes;

/// <summary>A PostgreSQL server that can be restarted, in two ways; the data stays.</summary>
internal sealed class StateServer : IAsyncDisposable
{
    private readonly string _folder;
    private PostgresServer _server;

    private StateServer(string folder, PostgresServer server) => (_folder, _server) = (folder, server);

    public int Port => _server.Port;

    public static async Task<StateServer> StartAsync(CancellationToken cancellationToken)
    {
        // A server's own folder stays when it is disposed; the temporary one around it is removed here.
        var folder = Directory.CreateTempSubdirectory("cdc-stripe-crash-").FullName;
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return new StateServer(folder, await StartingThread.RunAsync(() => PostgresServer.StartAsync(Path.Combine(folder, "data"), cancellationToken)));
    }

    public string ConnectionString(string database) => _server.ConnectionString(database);

    public Task CreateDatabaseAsync(string name, CancellationToken cancellationToken) => _server.CreateDatabaseAsync(name, cancellationToken);

    /// <summary>Down, a while, up again.</summary>
    /// <param name="hard">Sessions are cut without a word and the log is replayed at the start, as after a crash; otherwise a fast shutdown.</param>
    public async Task RestartAsync(bool hard, TimeSpan away)
    {
        if (hard) Signal.Quit(int.Parse((await File.ReadAllLinesAsync(Path.Combine(_folder, "data", "postmaster.pid")))[0], CultureInfo.InvariantCulture));
        await _server.DisposeAsync();
        await Task.Delay(away);
        _server = await StartingThread.RunAsync(() => PostgresServer.StartAsync(Path.Combine(_folder, "data"), CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
