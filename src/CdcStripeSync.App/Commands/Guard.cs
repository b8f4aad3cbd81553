using System.CommandLine;
using CdcStripeSync.App.Configuration;

namespace CdcStripeSync.App.Commands;

/// <summary>Runs a command's action and turns what can go wrong into lines that say what to do, and an exit code.</summary>
internal static class Guard
{
    /// <summary>Broken off (Ctrl-C, SIGTERM), it has failed: whoever waits for it must not take it for done.</summary>
    public static void Runs(this Command command, Func<ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, action, untilStopped: false, cancellationToken));

    /// <summary>A command that runs until it is told to stop.</summary>
    public static void RunsUntilStopped(this Command command, Func<ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, action, untilStopped: true, cancellationToken));

    private static async Task<int> RunAsync(ParseResult parsed, Func<ParseResult, CancellationToken, Task<int>> action, bool untilStopped, CancellationToken cancellationToken)
    {
        try
        {
            return await action(parsed, cancellationToken);
        }
        catch (SettingsException e)
        {
            foreach (var error in e.Errors) await Console.Error.WriteLineAsync("cdc-stripe: " + error);
            await Console.Error.WriteLineAsync($"cdc-stripe: {Counted.Of(e.Errors.Count, "error")} in the configuration; `cdc-stripe config print` shows what is in effect");
            return ExitCode.Usage;
        }
        catch (UserErrorException e)
        {
            await Console.Error.WriteLineAsync($"cdc-stripe: {e.Message}");
            if (e.Hint.Length > 0) await Console.Error.WriteLineAsync($"  hint: {e.Hint}");
            if (parsed.GetValue(CommandLine.Verbose)) await Console.Error.WriteLineAsync(e.ToString());
            return e.ExitCode;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (untilStopped) return ExitCode.Fine;
            await Console.Error.WriteLineAsync("cdc-stripe: broken off before it had ended; what was done until then stays done");
            return ExitCode.Error;
        }
        catch (Exception e)
        {
            var (message, hint) = Failure.Describe(e);
            await Console.Error.WriteLineAsync($"cdc-stripe: {message}");
            await Console.Error.WriteLineAsync($"  hint: {hint}");
            if (parsed.GetValue(CommandLine.Verbose)) await Console.Error.WriteLineAsync(e.ToString());
            return ExitCode.Error;
        }
    }
}
