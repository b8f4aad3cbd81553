using System.CommandLine;
using CdcStripeSync.App.Configuration;

namespace CdcStripeSync.App.Commands;

internal static class ConfigCommand
{
    public static Command Create()
    {
        var print = new Command("print", "Print the effective configuration as JSON, secrets masked.");
        var settings = SettingsOptions.On(print);
        print.Runs((parsed, _) =>
        {
            Console.WriteLine(SettingsPrinter.Print(settings.Read(parsed)));
            return Task.FromResult(ExitCode.Fine);
        });
        return new Command("config", "What is configured.") { print };
    }
}
