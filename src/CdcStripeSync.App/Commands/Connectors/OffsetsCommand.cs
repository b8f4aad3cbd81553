using System.CommandLine;
using CdcStripeSync.Connect.Deploying;
using CdcStripeSync.Connect.Rest;
using CdcStripeSync.Connect.Status;

namespace CdcStripeSync.App.Commands.Connectors;

internal static class OffsetsCommand
{
    public static Command Create() => new("offsets", "How far connectors have read.") { Show(), Reset() };

    private static Command Show()
    {
        var name = new Argument<string>("name") { Description = "The connector." };
        var command = new Command("show", "Print how far it has read: an LSN, a GTID set, a binlog file and position.") { name };
        var options = ConnectorOptions.On(command, withFiles: false);
        command.RunsOnWorker(async (parsed, cancellationToken) =>
        {
            using var client = ConnectorOptions.Client(options.Read(parsed));
            var offsets = await client.OffsetsAsync(parsed.GetValue(name)!, cancellationToken);
            if (offsets.Length == 0) Console.WriteLine("none: it begins with a snapshot, as snapshot.mode says");
            foreach (var entry in offsets) Console.WriteLine($"{entry.Partition}: {SourceOffset.Read(entry.Offset)?.Text ?? "none"}   {entry.Offset}");
            return ExitCode.Fine;
        });
        return command;
    }

    private static Command Reset()
    {
        var name = new Argument<string>("name") { Description = "The connector." };
        var yes = new Option<bool>("--yes") { Description = "It is meant: the connector forgets where it was and takes a new snapshot, as snapshot.mode says." };
        var command = new Command("reset", "Stop it, forget how far it has read, and resume it where it ran. The way back from a lost slot.") { name, yes };
        var options = ConnectorOptions.On(command, withFiles: false);
        command.RunsOnWorker(async (parsed, cancellationToken) =>
        {
            var connector = parsed.GetValue(name)!;
            using var client = ConnectorOptions.Client(options.Read(parsed));
            var before = await new Watcher(client, TimeProvider.System).StatusAsync(connector, cancellationToken);
            if (!parsed.GetValue(yes)) throw new UserErrorException($"resetting {connector} makes it read everything again; nothing was done", "say --yes", ExitCode.Usage);
            if (before.State != ConnectorState.Stopped)
            {
                await client.StopAsync(connector, cancellationToken);
                var (words, code) = await StateCommands.BecameAsync(client, connector, ConnectorState.Stopped, cancellationToken);
                if (code != ExitCode.Fine) throw new UserErrorException($"{connector} did not stop: {words}", "its offsets are as they were");
            }

            await client.ResetOffsetsAsync(connector, cancellationToken);
            if (before.State is ConnectorState.Stopped or ConnectorState.Paused)
            {
                Console.WriteLine($"{connector}: offsets forgotten; it is stopped, `cdc-stripe connectors resume {connector}` starts it");
                return ExitCode.Fine;
            }

            await client.ResumeAsync(connector, cancellationToken);
            var (then, result) = await StateCommands.BecameAsync(client, connector, ConnectorState.Running, cancellationToken);
            Console.WriteLine($"{connector}: offsets forgotten, {then}");
            return result;
        });
        return command;
    }
}
