using System.CommandLine;

namespace CdcStripeSync.App.Commands.Connectors;

/// <summary>Everything about the connectors on a Kafka Connect worker.</summary>
internal static class ConnectorsCommand
{
    public static Command Create() => new(
        "connectors",
        """
        Deploy and watch Debezium's connectors: configuration lives in files, is judged before it is applied, and its drift is visible.

        A worker to try it on:   cdc-stripe connect-double --port 8083
        Then:                    cdc-stripe connectors plan, apply, status
        """)
    {
        PlanCommand.Create(),
        ApplyCommand.Create(),
        StatusCommand.Create(),
        StateCommands.Restart(),
        StateCommands.Pause(),
        StateCommands.Resume(),
        StateCommands.Stop(),
        StateCommands.Delete(),
        OffsetsCommand.Create(),
        GenerateCommand.Create(),
        BackfillCommand.Create(),
        SuperviseCommand.Create(),
    };
}
