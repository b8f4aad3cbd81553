using System.CommandLine;
using System.Globalization;
using CdcStripeSync.App.Connectors;
using CdcStripeSync.Connect.Supervising;

namespace CdcStripeSync.App.Commands.Connectors;

internal static class SuperviseCommand
{
    public static Command Create()
    {
        var names = new Argument<string[]>("name") { Description = "Connectors; all of the worker where none is named.", Arity = ArgumentArity.ZeroOrMore };
        var interval = new Option<double>("--interval") { Description = "Seconds between two looks.", DefaultValueFactory = _ => 10 };
        var first = new Option<double>("--first-delay") { Description = "Seconds from a failure to its first restart; doubles from then on.", DefaultValueFactory = _ => RestartPolicy.Default.FirstDelay.TotalSeconds };
        var limit = new Option<int>("--limit") { Description = "Restarts after which a person must look.", DefaultValueFactory = _ => RestartPolicy.Default.Limit };
        var command = new Command("supervise", "Restart failed tasks with backoff and a limit, and report, until Ctrl-C.") { names, interval, first, limit };
        var options = ConnectorOptions.On(command, withFiles: false);
        command.RunsOnWorker(async (parsed, cancellationToken) =>
        {
            using var client = ConnectorOptions.Client(options.Read(parsed));
            await client.WorkerAsync(cancellationToken);
            var policy = RestartPolicy.Default with { FirstDelay = TimeSpan.FromSeconds(parsed.GetValue(first)), Limit = parsed.GetValue(limit) };
            var journal = RestartJournal.Open();
            var supervisor = new Supervisor(
                client, policy, TimeProvider.System, line => Console.WriteLine($"{TimeProvider.System.GetUtcNow().ToString("u", CultureInfo.InvariantCulture)} {line}"),
                connector => journal.Add(client.Address, connector, TimeProvider.System.GetUtcNow()));
            await supervisor.RunAsync(parsed.GetValue(names)!, TimeSpan.FromSeconds(parsed.GetValue(interval)), cancellationToken);
            return ExitCode.Fine;
        });
        return command;
    }
}
