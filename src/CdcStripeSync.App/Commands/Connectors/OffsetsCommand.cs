using System.CommandLine;
using CdcStripeSync.Connect.Deploying;
using CdcStripeSync.Connect.Rest;
using CdcStripeSync.Connect.Status;

namespace CdcStripeSync.App.Commands.Connectors;

internal static class OffsetsCommand
{
    /// <summary>Below what a command may take to end after Ctrl-C.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

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
            return await ResetAsync(client, connector, before.State, cancellationToken);
        });
        return command;
    }

    /// <summary>Where it ran before, it is resumed whatever comes between: a failure, or Ctrl-C.</summary>
    internal static async Task<int> ResetAsync(ConnectClient client, string connector, ConnectorState before, CancellationToken cancellationToken)
    {
        if (before is ConnectorState.Stopped or ConnectorState.Paused)
        {
            await ForgetAsync(client, connector, before, cancellationToken);
            Console.WriteLine($"{connector}: offsets forgotten; it is stopped, `cdc-stripe connectors resume {connector}` starts it");
            return ExitCode.Fine;
        }

        try
        {
            await ForgetAsync(client, connector, before, cancellationToken);
        }
        catch
        {
            await Console.Error.WriteLineAsync(await ResumeAsync(client, connector) is { } fault
                ? $"{connector}: it may be stopped and cannot be resumed ({fault}); `cdc-stripe connectors resume {connector}` starts it"
                : $"{connector}: resumed; `cdc-stripe connectors status {connector}` tells whether it runs");
            throw;
        }

        if (await ResumeAsync(client, connector) is { } why)
            throw new UserErrorException($"{connector}: offsets forgotten, but it is stopped and cannot be resumed ({why})", $"`cdc-stripe connectors resume {connector}` starts it");
        var (then, result) = await StateCommands.BecameAsync(client, connector, ConnectorState.Running, cancellationToken);
        Console.WriteLine($"{connector}: offsets forgotten, {then}");
        return result;
    }

    private static async Task ForgetAsync(ConnectClient client, string connector, ConnectorState before, CancellationToken cancellationToken)
    {
        if (before != ConnectorState.Stopped)
        {
            await client.StopAsync(connector, cancellationToken);
            var (words, code) = await StateCommands.BecameAsync(client, connector, ConnectorState.Stopped, cancellationToken);
            if (code != ExitCode.Fine) throw new UserErrorException($"{connector} did not stop: {words}", "its offsets are as they were");
        }

        await client.ResetOffsetsAsync(connector, cancellationToken);
    }

    /// <summary>With patience of its own, since the command may have been told to end.</summary>
    /// <returns>Why it could not be told; null where it was.</returns>
    private static async Task<string?> ResumeAsync(ConnectClient client, string connector)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await client.ResumeAsync(connector, patience.Token);
            return null;
        }
        catch (ConnectException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException)
        {
            return $"the worker took longer than {Patience.TotalSeconds:0} s";
        }
    }
}
