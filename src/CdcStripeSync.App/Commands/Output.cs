using Spectre.Console;

namespace CdcStripeSync.App.Commands;

/// <summary>Tables on the terminal; wide where the output goes to a file or a pipe, so that values stay whole.</summary>
internal static class Output
{
    private const int WideEnough = 240;

    public static void Write(Table table)
    {
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = WideEnough;
        AnsiConsole.Write(table);
    }
}
