using System.CommandLine;
using CdcStripeSync.App.Connectors;
using CdcStripeSync.Connect.Deploying;
using CdcStripeSync.Connect.Rest;

namespace CdcStripeSync.App.Commands.Connectors;

/// <summary>Commands that change a connector's state and nothing else.</summary>
internal static class StateCommands
{
    private static readonly WaitOptions Patience = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2));

    public static Command Restart()
    {
        var failed = new Option<bool>("--failed") { Description = "Only what has failed." };
        var command = new Command("restart", "Restart connectors with their tasks, and wait until they run or say why not.") { failed };
        OnEach(command, required: false, async (parsed, client, name, cancellationToken) =>
        {
            var watcher = new Watcher(client, TimeProvider.System);
            var status = await watcher.StatusAsync(name, cancellationToken);
            if (parsed.GetValue(failed) && !status.Failed) return ($"nothing has failed ({Watcher.Describe(status)})", ExitCode.Fine);
            await client.RestartAsync(name, parsed.GetValue(failed), cancellationToken);
            var times = RestartJournal.Open().Add(client.Address, name, TimeProvider.System.GetUtcNow());
            var outcome = await watcher.WaitAsync(name, Patience, status.FirstTrace, cancellationToken);
            return ($"restarted{(times > 1 ? $" (restart {times} from here)" : "")}, {ApplyCommand.Words(outcome)}", outcome.Kind is OutcomeKind.Failed or OutcomeKind.Waits ? ExitCode.Error : ExitCode.Fine);
        });
        return command;
    }

    public static Command Pause() => Becoming("pause", "Stop reading, keep the tasks; the slot holds what comes meanwhile.", ConnectorState.Paused, (client, name, token) => client.PauseAsync(name, token));

    public static Command Stop() => Becoming("stop", "Stop reading and end the tasks: offsets can be reset then.", ConnectorState.Stopped, (client, name, token) => client.StopAsync(name, token));

    public static Command Resume() => Becoming("resume", "Go on reading where it stopped.", ConnectorState.Running, (client, name, token) => client.ResumeAsync(name, token));

    public static Command Delete()
    {
        var yes = new Option<bool>("--yes") { Description = "It is meant: the connector's configuration is gone afterwards (offsets, slot and topics stay)." };
        var command = new Command("delete", "Delete connectors from the worker. Their offsets and slots stay: a slot that nobody reads fills the disk.") { yes };
        OnEach(command, required: true, async (parsed, client, name, cancellationToken) =>
        {
            if (!parsed.GetValue(yes)) throw new UserErrorException($"deleting {name} stops its changes; nothing was done", "say --yes", ExitCode.Usage);
            var config = await client.ConfigAsync(name, cancellationToken);
            if (!await client.DeleteAsync(name, cancellationToken)) throw new ConnectException(ConnectFailure.NotFound, $"no connector {name}");
            var slot = config is not null && config.GetValueOrDefault("connector.class", "").EndsWith("PostgresConnector", StringComparison.Ordinal) ? config.GetValueOrDefault("slot.name", "debezium") : null;
            return ("deleted" + (slot is null ? "" : $"; if it is not made again: SELECT pg_drop_replication_slot('{slot}');"), ExitCode.Fine);
        });
        return command;
    }

    private static Command Becoming(string name, string description, ConnectorState goal, Func<ConnectClient, string, CancellationToken, Task> order)
    {
        var command = new Command(name, description);
        OnEach(command, required: true, async (_, client, connector, cancellationToken) =>
        {
            await order(client, connector, cancellationToken);
            return await BecameAsync(client, connector, goal, cancellationToken);
        });
        return command;
    }

    /// <summary>The worker accepts an order at once and follows it later.</summary>
    internal static async Task<(string Words, int Code)> BecameAsync(ConnectClient client, string name, ConnectorState goal, CancellationToken cancellationToken)
    {
        if (goal == ConnectorState.Running)
        {
            var outcome = await new Watcher(client, TimeProvider.System).WaitAsync(name, Patience, null, cancellationToken);
            // The state that was left stands for a moment after the order.
            if (outcome.Kind == OutcomeKind.Rests) outcome = await AgainAsync(client, name, cancellationToken);
            return (ApplyCommand.Words(outcome), outcome.Kind == OutcomeKind.Runs ? ExitCode.Fine : ExitCode.Error);
        }

        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var status = await client.StatusAsync(name, cancellationToken);
            if (status?.State == goal && status.Tasks.All(t => t.State == goal)) return (Watcher.Describe(status), ExitCode.Fine);
            if (TimeProvider.System.GetElapsedTime(started) > Patience.Patience) return ($"still {(status is null ? "without status" : Watcher.Describe(status))} after {Patience.Patience.TotalSeconds:0} s", ExitCode.Error);
            await Task.Delay(200, cancellationToken);
        }
    }

    private static async Task<Outcome> AgainAsync(ConnectClient client, string name, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 50; i++)
        {
            await Task.Delay(200, cancellationToken);
            if (await client.StatusAsync(name, cancellationToken) is { State: not (ConnectorState.Paused or ConnectorState.Stopped) }) break;
        }

        return await new Watcher(client, TimeProvider.System).WaitAsync(name, Patience, null, cancellationToken);
    }

    internal static UserErrorException NotThere(string name, IEnumerable<string> there) =>
        new($"no connector {name}; nothing was done", $"there are {string.Join(", ", there.DefaultIfEmpty("none"))}", ExitCode.Usage);

    private static void OnEach(Command command, bool required, Func<ParseResult, ConnectClient, string, CancellationToken, Task<(string Words, int Code)>> action)
    {
        var names = new Argument<string[]>("name")
        {
            Description = required ? "Connectors." : "Connectors; all of the worker where none is named.",
            Arity = required ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore,
        };
        command.Arguments.Add(names);
        var options = ConnectorOptions.On(command, withFiles: false);
        command.RunsOnWorker(async (parsed, cancellationToken) =>
        {
            using var client = ConnectorOptions.Client(options.Read(parsed));
            var given = parsed.GetValue(names)!;
            var there = (await client.ListAsync(cancellationToken)).Select(c => c.Name).ToList();
            foreach (var missing in given.Where(n => !there.Contains(n))) throw NotThere(missing, there);
            if (given.Length == 0) given = [.. there];
            if (given.Length == 0) Console.WriteLine("the worker has no connectors");
            var code = ExitCode.Fine;
            foreach (var name in given)
            {
                var (words, one) = await action(parsed, client, name, cancellationToken);
                Console.WriteLine($"{name}: {words}");
                if (one != ExitCode.Fine) code = one;
            }

            return code;
        });
    }
}
