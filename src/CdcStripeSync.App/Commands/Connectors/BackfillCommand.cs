using System.CommandLine;
using System.Collections.Immutable;
using CdcStripeSync.App.Connectors;
using CdcStripeSync.Connect.Agreement;
using CdcStripeSync.Connect.Backfilling;
using CdcStripeSync.Connect.Desired;
using CdcStripeSync.Connect.Rest;
using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.App.Commands.Connectors;

internal static class BackfillCommand
{
    public static Command Create()
    {
        var tables = new Argument<string[]>("table") { Description = "schema.table (PostgreSQL) or database.table (MySQL, MariaDB).", Arity = ArgumentArity.OneOrMore };
        var where = new Option<string?>("--where") { Description = "SQL condition on the rows, as in --where \"status = 'active'\"." };
        var name = new Option<string?>("--connector") { Description = "The connector; else the one that captures the tables." };
        var id = new Option<string?>("--id") { Description = "By which the notifications name it; random by default." };
        var noWait = new Option<bool>("--no-wait") { Description = "Ask only; do not follow the progress." };
        var timeout = new Option<int>("--timeout") { Description = "Seconds to follow the progress.", DefaultValueFactory = _ => 3600 };
        var command = new Command("backfill", "Ask a connector to read tables again beside the live changes (incremental snapshot), and follow its progress.") { tables, where, name, id, noWait, timeout };
        var options = ConnectorOptions.On(command, withFiles: false);
        command.RunsOnWorker(async (parsed, cancellationToken) =>
        {
            var settings = options.Read(parsed);
            var wanted = parsed.GetValue(tables)!;
            foreach (var table in wanted.Where(t => t.Split('.').Length < 2)) throw new UserErrorException($"{table} names no schema", $"as in public.{table}", ExitCode.Usage);
            using var client = ConnectorOptions.Client(settings);
            var connector = Connector(await client.ListAsync(cancellationToken), parsed.GetValue(name), wanted);
            if (connector.Status is { Runs: false } status) throw new UserErrorException($"{connector.Name} does not run ({Connect.Deploying.Watcher.Describe(status)})", "a connector that does not run reads no signal: resume or restart it first", ExitCode.Usage);
            var channel = SignalChannel.Of(connector.Config);
            if (channel.Topic is null && channel.Table is null)
                throw new UserErrorException($"{connector.Name} listens to no signals", "set signal.enabled.channels with signal.data.collection (a table) or signal.kafka.topic, and apply", ExitCode.Usage);
            // A signal table's id has 42 characters.
            var signal = new BackfillSignal(parsed.GetValue(id) ?? $"backfill-{Guid.CreateVersion7():N}", wanted, parsed.GetValue(where));
            if (channel.Topic is null && !IsPostgres(connector))
            {
                throw new UserErrorException(
                    $"{connector.Name} takes signals in the table {channel.Table} of a database that no client is built in for", $"run there: INSERT INTO {channel.Table} VALUES ('{signal.Id}', '{BackfillSignal.Type}', '{signal.Data.Replace("'", "''", StringComparison.Ordinal)}');", ExitCode.Usage);
            }

            if (channel.NotificationTopic is null && !parsed.GetValue(noWait)) Console.WriteLine("note: the connector tells no progress (notification.enabled.channels=sink with notification.sink.topic.name would)");
            TimeSpan? wait = parsed.GetValue(noWait) ? null : TimeSpan.FromSeconds(parsed.GetValue(timeout));
            return await new BackfillRun(settings, channel, signal).RunAsync(wait, Console.WriteLine, cancellationToken) ? ExitCode.Fine : ExitCode.Error;
        });
        return command;
    }

    private static ConnectorInfo Connector(ImmutableArray<ConnectorInfo> there, string? name, string[] tables)
    {
        if (name is not null) return there.FirstOrDefault(c => c.Name == name) ?? throw new UserErrorException($"no connector {name}", $"there are {string.Join(", ", there.Select(c => c.Name).DefaultIfEmpty("none"))}", ExitCode.Usage);
        var capturing = there.Where(c => Captures(c, tables)).ToList();
        return capturing switch
        {
            [var one] => one,
            [] => throw new UserErrorException($"no connector captures {string.Join(", ", tables)}", "table.include.list says what a connector captures", ExitCode.Usage),
            _ => throw new UserErrorException($"several connectors capture {string.Join(", ", tables)}: {string.Join(", ", capturing.Select(c => c.Name))}", "name one with --connector", ExitCode.Usage),
        };
    }

    /// <summary>Only Debezium's connectors have tables; lists that cannot be read capture nothing.</summary>
    private static bool Captures(ConnectorInfo connector, string[] tables)
    {
        if (!connector.Config.GetValueOrDefault("connector.class", "").StartsWith("io.debezium.", StringComparison.Ordinal)) return false;
        try
        {
            return new CapturedNames(new DesiredConnector(connector.Name, "", connector.Config)) is var names && tables.All(t => names.Captures(TableId.Parse(t)));
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsPostgres(ConnectorInfo connector) => Connect.Planning.ConfigRules.IsPostgres(new DesiredConnector(connector.Name, "", connector.Config));
}
