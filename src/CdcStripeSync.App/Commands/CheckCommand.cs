using System.CommandLine;
using CdcStripeSync.App.Checks;
using CdcStripeSync.App.Configuration;

namespace CdcStripeSync.App.Commands;

internal static class CheckCommand
{
    public static Command Create()
    {
        var command = new Command("check", "Look at configuration, mapping, state store, Stripe key, registry, topics and product database; each finding with what mends it.");
        var settings = SettingsOptions.On(command);
        command.Runs(async (parsed, cancellationToken) =>
        {
            var read = settings.ReadValid(parsed);
            var wrong = 0;
            await foreach (var finding in new StackCheck(read, MappingLoader.Load(read.Mapping)).RunAsync(cancellationToken))
            {
                Console.WriteLine($"{(finding.Ok ? "ok   " : "WRONG")} {finding.What}");
                if (finding.Ok) continue;
                wrong++;
                if (finding.Why.Length > 0) Console.WriteLine($"      why:  {finding.Why}");
                Console.WriteLine($"      mend: {finding.Mend}");
            }

            return wrong == 0 ? ExitCode.Fine : ExitCode.Differs;
        });
        return command;
    }
}
