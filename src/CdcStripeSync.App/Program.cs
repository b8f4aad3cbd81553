using CdcStripeSync.App.Commands;

namespace CdcStripeSync.App;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        Output.Prepare();
        var parsed = CommandLine.Root().Parse(args);
        if (parsed.Errors.Count > 0 && args.Length > 0)
        {
            foreach (var line in UsageErrors.Of(parsed)) await Console.Error.WriteLineAsync(line);
            return ExitCode.Usage;
        }

        using var termination = new Termination(CommandLine.Patience(parsed));
        var code = await parsed.InvokeAsync(new System.CommandLine.InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, termination.Asked);
        return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
    }
}
