using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace CdcStripeSync.DevStack.Tests.Connector;

/// <summary>A PostgreSQL server of its own, with logical replication, on a free port; gone with the tests.</summary>
public sealed class ScratchPostgres : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"cdc-connector-{Guid.NewGuid():N}");
    private Process? _server;

    public int Port { get; private set; }

    public string Folder => _folder;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_folder);
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", "postgres", _folder);
        await RunAsync(AsServerUser([Program("initdb"), "-D", $"{_folder}/data", "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]));
        Port = FreePort();
        string[] command =
        [
            Program("postgres"), "-D", $"{_folder}/data", "-p", Port.ToString(CultureInfo.InvariantCulture), "-k", "", "-h", "127.0.0.1",
            "-c", "wal_level=logical", "-c", "fsync=off", "-c", "max_replication_slots=20", "-c", "max_wal_senders=20", "-c", "autovacuum=off",
        ];
        _server = Start(AsServerUser(command));
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await ExecuteAsync("postgres", "SELECT 1");
                return;
            }
            catch (NpgsqlException) when (attempt < 100)
            {
                await Task.Delay(100);
            }
        }
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await ExecuteAsync("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()");
            var postmaster = (await File.ReadAllLinesAsync($"{_folder}/data/postmaster.pid"))[0];
            await RunAsync("kill", "-INT", postmaster);
            await _server.WaitForExitAsync();
            _server.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    public string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Pooling=false;Timezone=UTC";

    public Task CreateDatabaseAsync(string database) => ExecuteAsync("postgres", $"CREATE DATABASE {database}");

    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<object?> ScalarAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Runs a script as a person would, statement by statement.</summary>
    public Task ScriptAsync(string database, string file) => RunAsync(
        Program("psql"), "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture),
        "-U", "postgres", "-d", database, "-f", file);

    private static string[] AsServerUser(string[] command) =>
        Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", .. command] : command;

    private static string Program(string name) => Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal)
        .Select(d => $"{d}/bin/{name}").LastOrDefault(File.Exists) ?? name;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task RunAsync(params string[] command)
    {
        using var process = Start(command);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)}: exit code {process.ExitCode}\n{await output}\n{await error}");
    }

    private static Process Start(string[] command)
    {
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
            Environment = { ["PGCLIENTENCODING"] = "UTF8", ["LC_ALL"] = "C" },
        };
        foreach (var argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start.");
    }
}
