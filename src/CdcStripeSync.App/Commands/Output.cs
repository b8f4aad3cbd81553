using Spectre.Console;

namespace CdcStripeSync.App.Commands;

/// <summary>How tables and colours come out.</summary>
internal static class Output
{
    private const int WideEnough = 240;

    /// <summary>Into a file or a pipe: no colours, and wide, so that values stay whole. Called once, first of all.</summary>
    public static void Prepare()
    {
        if (!Console.IsOutputRedirected) return;
        AnsiConsole.Profile.Capabilities.Ansi = false;
        AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
        AnsiConsole.Profile.Width = WideEnough;
    }
}
