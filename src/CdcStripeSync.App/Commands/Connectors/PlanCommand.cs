using System.CommandLine;
using CdcStripeSync.App.Connectors;

namespace CdcStripeSync.App.Commands.Connectors;

internal static class PlanCommand
{
    public static Command Create()
    {
        var names = new Argument<string[]>("name") { Description = "Connectors; all of the files where none is named.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("plan", "Show what apply would do, secrets masked, and what stands against it. Changes nothing. Exit code 3 where there is something to do, 2 where it is refused.") { names };
        var options = ConnectorOptions.On(command, withFiles: true);
        command.RunsOnWorker(async (parsed, cancellationToken) =>
        {
            var settings = options.Read(parsed);
            using var client = ConnectorOptions.Client(settings);
            var report = await new ConnectorPlanning(client, settings).PlanAsync(options.Files(parsed, settings, parsed.GetValue(names)!), cancellationToken);
            foreach (var line in report.Lines()) Console.WriteLine(line);
            return report.ExitCode;
        });
        return command;
    }
}
