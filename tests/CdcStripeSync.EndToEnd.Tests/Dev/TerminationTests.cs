using System.Globalization;
using System.Text.RegularExpressions;
using CdcStripeSync.CrashTest.Processes;
using CdcStripeSync.DevStack.Postgres;
using CdcStripeSync.EndToEnd.Tests.Stack;
using Npgsql;

namespace CdcStripeSync.EndToEnd.Tests.Dev;

/// <summary>Signals to the real program.</summary>
public sealed partial class TerminationTests
{
    [Fact]
    public async Task SecondSignal_WhileTheFirstIsBeingObeyed_EndsItAtOnceAndQuietly()
    {
        var folder = Directory.CreateTempSubdirectory("cdc-stripe-signals-");
        File.SetUnixFileMode(folder.FullName, File.GetUnixFileMode(folder.FullName) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        try
        {
            await using var run = CliProcess.Start(folder.FullName, "run", "--dev", "--data", "data");
            await run.UntilAsync("it runs", () => Task.FromResult(run.Output.Contains("Ctrl-C stops", StringComparison.Ordinal)));
            var code = await EndTwiceAsync(run, Path.Combine(folder.FullName, "data", "postgres", "postmaster.pid"));
            Assert.True(code == 143, $"{code}: {run.Error}");
            Assert.DoesNotContain("Unhandled", run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        }
        finally
        {
            await DataFolder.RemoveAsync(folder.FullName);
        }
    }

    /// <summary>Its PostgreSQL sleeps: obeying the first signal takes as long as that is waited for, half a minute, and then ends well.</summary>
    private static async Task<int> EndTwiceAsync(CliProcess run, string pidFile)
    {
        await using var database = new NpgsqlConnection($"Host=127.0.0.1;Port={Port().Match(run.Output).Groups[1].Value};Username=postgres;Database=shop");
        await database.OpenAsync();
        await using var streams = new NpgsqlCommand("select exists (select from pg_replication_slots where active)", database);
        await run.UntilAsync("its connector streams", async () => (bool)(await streams.ExecuteScalarAsync())!);
        var postgres = int.Parse((await File.ReadAllLinesAsync(pidFile))[0], CultureInfo.InvariantCulture);
        Signal.Stop(postgres);
        try
        {
            await run.SignalAsync("TERM");
            await run.UntilAsync("the first signal is being obeyed", async () => !(bool)(await streams.ExecuteScalarAsync())!);
            await run.SignalAsync("TERM");
            return await run.EndAsync();
        }
        finally
        {
            Signal.Continue(postgres);
        }
    }

    [GeneratedRegex("host=127.0.0.1 port=([0-9]+)")]
    private static partial Regex Port();
}
