using System.CommandLine;
using CdcStripeSync.App.Commands.Connectors;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Demo;

namespace CdcStripeSync.App.Commands;

internal static class DemoCommand
{
    public const string Name = "demo";

    public static Command Create()
    {
        var sql = new Option<string?>("--sql") { Description = "Run this script on the sample shop instead of the built-in session." };
        var changes = new Option<int>("--changes") { Description = "Then this many changes at 5 a second, for the freshness figures.", DefaultValueFactory = _ => 50 };
        var json = new Option<bool>("--json") { Description = "One JSON document instead of tables: objects, what differs, counts." };
        var external = new Option<bool>("--external") { Description = "Against the configured stack (--config): its own schema, topics, connector and state, taken away afterwards. Stripe objects end archived or deleted." };
        var timeout = new Option<int>("--timeout") { Description = "With --external: seconds to wait for each step.", DefaultValueFactory = _ => 60 };
        var command = new Command(Name, "A scripted session on a stack of its own, or with --external on yours; ends with rows beside Stripe objects. Exit code 3 where they differ.") { sql, changes, json, external, timeout };
        var options = ConnectorOptions.On(command, withFiles: true);
        command.RunsOnWorker(async (parsed, cancellationToken) =>
        {
            if (!parsed.GetValue(external))
            {
                UsageErrors.RefuseIdle(parsed, "without --external", [timeout, .. options.All]);
                if (parsed.GetValue(sql) is not null) UsageErrors.RefuseIdle(parsed, "with --sql, which says all changes itself", changes);
                return await new DemoRun(parsed.GetValue(sql), parsed.GetValue(sql) is null ? parsed.GetValue(changes) : 0, parsed.GetValue(json)).RunAsync(cancellationToken);
            }

            UsageErrors.RefuseIdle(parsed, "with --external, which runs the built-in session and prints it", sql, changes, json);
            var settings = Ready(options.Read(parsed));
            using var client = ConnectorOptions.Client(settings);
            return await new ExternalDemo(settings, options.FilesOrShipped(parsed, settings), client, TimeSpan.FromSeconds(parsed.GetValue(timeout))).RunAsync(cancellationToken);
        });
        return command;
    }

    private static Settings Ready(Settings settings)
    {
        // The session brings its own mapping and topics; all else must be there.
        var errors = SettingsValidator.Validate(settings).Where(e => !e.StartsWith("mapping:", StringComparison.Ordinal) && !e.StartsWith("kafka.topics:", StringComparison.Ordinal)).ToList();
        if (string.IsNullOrWhiteSpace(settings.Source.ConnectionString)) errors.Add("source.connectionString: missing; the session makes its tables there");
        return errors.Count == 0 ? settings : throw new SettingsException(errors);
    }
}
