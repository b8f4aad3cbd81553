using System.Diagnostics;

namespace CdcStripeSync.App.Tests.Connectors;

/// <summary>Runs the program as a process, as an operator would.</summary>
internal static class Cli
{
    /// <summary>So that nothing is written into the home of whoever runs the tests.</summary>
    private static readonly Lazy<string> State = new(() => Directory.CreateTempSubdirectory("cdc-stripe-state-").FullName);

    public static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "cdc-stripe"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XDG_STATE_HOME"] = State.Value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"cdc-stripe {string.Join(' ', arguments)} did not end");
        }

        return (process.ExitCode, await output + await error);
    }
}
