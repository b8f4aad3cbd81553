using System.CommandLine;
using CdcStripeSync.App.Connectors;
using CdcStripeSync.Connect.Deploying;
using CdcStripeSync.Connect.Planning;

namespace CdcStripeSync.App.Commands.Connectors;

internal static class ApplyCommand
{
    public static Command Create()
    {
        var names = new Argument<string[]>("name") { Description = "Connectors; all of the files where none is named.", Arity = ArgumentArity.ZeroOrMore };
        var timeout = new Option<int>("--timeout") { Description = "Seconds to wait until a connector runs.", DefaultValueFactory = _ => 60 };
        var settle = new Option<double>("--settle") { Description = "Seconds that it must go on running.", DefaultValueFactory = _ => 3 };
        var command = new Command("apply", "Judge the configurations, and if none is refused create or change the connectors in place; wait until they run, or say in one line why not.") { names, timeout, settle };
        var options = ConnectorOptions.On(command, withFiles: true);
        command.RunsOnWorker(async (parsed, cancellationToken) =>
        {
            var settings = options.Read(parsed);
            using var client = ConnectorOptions.Client(settings);
            var report = await new ConnectorPlanning(client, settings).PlanAsync(options.Files(parsed, settings, parsed.GetValue(names)!), cancellationToken);
            foreach (var line in report.Lines()) Console.WriteLine(line);
            if (report.IsRefused) throw new UserErrorException("refused: nothing was changed", "mend what is marked REFUSED above", ExitCode.Usage);
            var deployer = new Deployer(client, new Watcher(client, TimeProvider.System));
            var wait = new WaitOptions(TimeSpan.FromSeconds(parsed.GetValue(timeout)), TimeSpan.FromSeconds(parsed.GetValue(settle)));
            var code = ExitCode.Fine;
            foreach (var plan in report.Plans)
            {
                var outcome = await deployer.ApplyAsync(plan, wait, cancellationToken);
                Console.WriteLine($"{plan.Connector.Name}: {Done(plan.Action)}, {Words(outcome)}");
                if (outcome.Kind is OutcomeKind.Failed or OutcomeKind.Waits) code = ExitCode.Error;
            }

            return code;
        });
        return command;
    }

    public static string Words(Outcome outcome) =>
        (outcome.Kind == OutcomeKind.Failed ? "FAILED: " : "") + outcome.Words + (outcome.Advice is null ? "" : $"; {outcome.Advice}");

    private static string Done(PlannedAction action) => action switch
    {
        PlannedAction.Create => "created",
        PlannedAction.Change => "changed",
        _ => "left alone",
    };
}
