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
        command.RunsOnWorkerUntilStopped(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(interval) is not (>= 0.1 and <= 86_400)) throw new UserErrorException($"--interval {parsed.GetValue(interval)} is no interval", "seconds, from 0.1 to 86400", ExitCode.Usage);
            if (parsed.GetValue(first) is not (>= 0 and <= 86_400)) throw new UserErrorException($"--first-delay {parsed.GetValue(first)} is no delay", "seconds, from 0 to 86400", ExitCode.Usage);
            if (parsed.GetValue(limit) < 0) throw new UserErrorException($"--limit {parsed.GetValue(limit)} is no number of restarts", "0 only reports", ExitCode.Usage);
            using var client = ConnectorOptions.Client(options.Read(parsed));
            var there = (await client.ListAsync(cancellationToken)).Select(c => c.Name).ToList();
            foreach (var missing in parsed.GetValue(names)!.Where(n => !there.Contains(n))) throw StateCommands.NotThere(missing, there);
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
