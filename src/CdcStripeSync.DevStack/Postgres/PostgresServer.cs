using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace CdcStripeSync.DevStack.Postgres;

/// <summary>A PostgreSQL server process of our own: logical replication on, a free port of loopback, data under one folder.</summary>
/// <remarks>A folder that holds a cluster already is used as it is. Speed over durability: fsync is off, since this data is for development.</remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Queue<string> _output;

    private readonly string? _temporaryFolder;

    private PostgresServer(Process process, Queue<string> output, int port, string? temporaryFolder)
    {
        _process = process;
        _output = output;
        _temporaryFolder = temporaryFolder;
        Port = port;
    }

    public int Port { get; }

    public string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={Port.ToString(CultureInfo.InvariantCulture)};Username=postgres;Database={database}";

    /// <param name="dataFolder">Made and initialised when it is not there.</param>
    /// <exception cref="PostgresUnavailableException">The programs are missing, or the server does not start.</exception>
    public static Task<PostgresServer> StartAsync(string dataFolder, CancellationToken cancellationToken) =>
        StartAsync(Path.GetFullPath(dataFolder), null, cancellationToken);

    /// <summary>A server whose data is gone when it is disposed.</summary>
    public static Task<PostgresServer> StartTemporaryAsync(CancellationToken cancellationToken)
    {
        var folder = UnprivilegedUser.TemporaryFolder();
        return StartAsync(Path.Combine(folder, "data"), folder, cancellationToken);
    }

    private static async Task<PostgresServer> StartAsync(string folder, string? temporaryFolder, CancellationToken cancellationToken)
    {
        var programs = PostgresPrograms.Find();
        if (!File.Exists(Path.Combine(folder, "PG_VERSION"))) await InitialiseAsync(programs, folder, cancellationToken);
        await EndLeftoverAsync(folder, cancellationToken);
        return await LaunchAsync(programs, folder, temporaryFolder, cancellationToken);
    }

    /// <summary>Makes a database; one that exists stays as it is. Answers whether it was made.</summary>
    public async Task<bool> CreateDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString("postgres") + ";Pooling=false");
        await using var find = source.CreateCommand("select 1 from pg_database where datname = $1");
        find.Parameters.Add(new NpgsqlParameter { Value = name });
        if (await find.ExecuteScalarAsync(cancellationToken) is not null) return false;
        await using var create = source.CreateCommand($"create database \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        await create.ExecuteNonQueryAsync(cancellationToken);
        return true;
    }

    /// <summary>Fast shutdown: sessions end, the data is whole.</summary>
    public async Task StopAsync()
    {
        if (_process.HasExited) return;
        Signal("INT");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        if (_temporaryFolder is not null) await DataFolder.RemoveAsync(_temporaryFolder);
    }

    private static async Task InitialiseAsync(PostgresPrograms programs, string folder, CancellationToken cancellationToken)
    {
        UnprivilegedUser.OwnFolder(folder);
        string[] arguments = ["--pgdata", folder, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"];
        using var initdb = await StartOnItsOwnThread(UnprivilegedUser.Start(programs.Initdb, arguments, folder));
        var output = initdb.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = initdb.StandardError.ReadToEndAsync(cancellationToken);
        await initdb.WaitForExitAsync(cancellationToken);
        if (initdb.ExitCode == 0) return;
        throw new PostgresUnavailableException(
            $"initdb failed in {folder}: {(await error).Trim()} {(await output).Trim()}",
            UnprivilegedUser.Name is { } user ? $"user {user} must be able to reach that folder; choose another with --data" : "choose another folder with --data");
    }

    /// <summary>A server that a hard-killed run left behind is told to stop, so that the folder is free.</summary>
    private static async Task EndLeftoverAsync(string folder, CancellationToken cancellationToken)
    {
        var pidFile = Path.Combine(folder, "postmaster.pid");
        if (!File.Exists(pidFile)) return;
        var lines = await File.ReadAllLinesAsync(pidFile, cancellationToken);
        if (lines.Length < 2 || lines[1] != folder || !int.TryParse(lines[0], out var pid)) return;
        try
        {
            using var leftover = Process.GetProcessById(pid);
            if (!leftover.ProcessName.Contains("postgres", StringComparison.Ordinal)) return;
            using (var kill = Process.Start("kill", ["-INT", lines[0]])) await kill.WaitForExitAsync(cancellationToken);
            await leftover.WaitForExitAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(10), cancellationToken);
        }
        catch (ArgumentException)
        {
            // No such process any more: PostgreSQL itself clears the stale file.
        }
    }

    /// <summary>A port that was free may be somebody else's by the time the server takes it: then another one is tried.</summary>
    private static async Task<PostgresServer> LaunchAsync(PostgresPrograms programs, string folder, string? temporaryFolder, CancellationToken cancellationToken)
    {
        const int MostPorts = 5;
        for (var tries = 1; ; tries++)
        {
            var server = await BeginAsync(programs, folder, temporaryFolder, FreePort());
            try
            {
                await server.ReadyAsync(cancellationToken);
                return server;
            }
            catch (PostgresUnavailableException e) when (tries < MostPorts && e.Message.Contains("Address already in use", StringComparison.Ordinal))
            {
                server._process.Dispose();
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    private static async Task<PostgresServer> BeginAsync(PostgresPrograms programs, string folder, string? temporaryFolder, int port)
    {
        string[] arguments =
        [
            "-D", folder, "-p", port.ToString(CultureInfo.InvariantCulture), "-h", "127.0.0.1", "-k", "", "-c", "wal_level=logical",
            "-c", "max_wal_senders=10", "-c", "max_replication_slots=20", "-c", "max_slot_wal_keep_size=16GB", "-c", "fsync=off", "-c", "synchronous_commit=on", "-c", "full_page_writes=off",
            "-c", "shared_buffers=32MB", "-c", "max_connections=60", "-c", "wal_sender_timeout=60s", "-c", "autovacuum_naptime=60s", "-c", "timezone=UTC",
        ];
        var process = await StartOnItsOwnThread(UnprivilegedUser.Start(programs.Postgres, arguments, folder));
        var output = new Queue<string>();
        process.OutputDataReceived += (_, e) => Keep(output, e.Data);
        process.ErrorDataReceived += (_, e) => Keep(output, e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new PostgresServer(process, output, port, temporaryFolder);
    }

    /// <summary>The kernel ends what was started with the thread that started it, not with the process: so that thread stays.</summary>
    private static Task<Process> StartOnItsOwnThread(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        var keeper = new Thread(() =>
        {
            try
            {
                var process = Process.Start(start)!;
                var exited = new ManualResetEventSlim();
                process.Exited += (_, _) => exited.Set();
                process.EnableRaisingEvents = true;
                started.SetResult(process);
                exited.Wait();
            }
            catch (System.ComponentModel.Win32Exception e)
            {
                started.SetException(new PostgresUnavailableException($"{start.FileName} does not start: {e.Message}", "look at the program's permissions"));
            }
        })
        { IsBackground = true, Name = "postgres keeper" };
        keeper.Start();
        return started.Task;
    }

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString("postgres") + ";Pooling=false;Timeout=3");
        var deadline = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (_process.HasExited)
            {
                await _process.WaitForExitAsync(cancellationToken); // until all that it said has been read
                throw new PostgresUnavailableException($"PostgreSQL ended at once: {LastOutput()}", "look for a full disk or a folder of another version");
            }

            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException) when (TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(30, cancellationToken);
            }
            catch (NpgsqlException e)
            {
                throw new PostgresUnavailableException($"PostgreSQL is not ready after 30 s: {e.Message}; {LastOutput()}", "look at the machine's load");
            }
        }
    }

    private string LastOutput()
    {
        lock (_output) return string.Join(" | ", _output);
    }

    private static void Keep(Queue<string> output, string? line)
    {
        if (line is null) return;
        lock (output)
        {
            output.Enqueue(line);
            if (output.Count > 20) output.Dequeue();
        }
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
