using CdcStripeSync.App.Commands;

namespace CdcStripeSync.App;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var parsed = CommandLine.Root().Parse(args);
        var code = await parsed.InvokeAsync(new System.CommandLine.InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(15) });
        return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
    }
}
