using System.CommandLine;

namespace CdcStripeSync.App.Commands;

/// <summary>The whole command line, one file a command.</summary>
internal static class CommandLine
{
    /// <summary>On every command.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Print failures whole, with their stack.", Recursive = true };

    /// <summary>How long a command may take to end when it is told to: a demonstration takes away what it made in databases, Kafka, Connect and Stripe.</summary>
    public static TimeSpan Patience(ParseResult parsed) => parsed.CommandResult.Command.Name == DemoCommand.Name ? TimeSpan.FromMinutes(3) : TimeSpan.FromMinutes(1);

    public static RootCommand Root()
    {
        var root = new RootCommand(
            """
            Keeps Stripe's catalogue true to a product database: row changes (Debezium, Kafka) become the right Stripe calls.

            Try it on this machine, nothing to configure:   cdc-stripe run --dev
            Against your own stack:                         cdc-stripe check --config cdc-stripe.json && cdc-stripe run --config cdc-stripe.json

            Settings come from the file, then the environment (CDC_STRIPE__STRIPE__APIKEY=…), then flags (--set kafka.groupId=x).
            Exit codes: 0 fine, 1 error, 2 usage or configuration, 3 something differs.
            """);
        root.Options.Add(Verbose);
        root.Subcommands.Add(RunCommand.Create());
        root.Subcommands.Add(CheckCommand.Create());
        root.Subcommands.Add(DemoCommand.Create());
        root.Subcommands.Add(ControlCommands.Pause());
        root.Subcommands.Add(ControlCommands.Resume());
        root.Subcommands.Add(ControlCommands.Approve());
        root.Subcommands.Add(LetterCommands.Create());
        root.Subcommands.Add(ParkedCommands.Create());
        root.Subcommands.Add(HealthCommand.Create());
        root.Subcommands.Add(Connectors.ConnectorsCommand.Create());
        root.Subcommands.Add(ConnectDoubleCommand.Create());
        root.Subcommands.Add(DevStackCommand.Create());
        root.Subcommands.Add(DecodeCommand.Create());
        root.Subcommands.Add(VerifyRecordingsCommand.Create());
        root.Subcommands.Add(ReplayCommand.Create());
        root.Subcommands.Add(SimulatorCommand.Create());
        root.Subcommands.Add(ConfigCommand.Create());
        return root;
    }
}
