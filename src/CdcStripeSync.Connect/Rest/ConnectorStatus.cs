using System.Collections.Immutable;

namespace CdcStripeSync.Connect.Rest;

/// <summary>How a connector and its tasks do.</summary>
/// <param name="Trace">The connector's own failure; a task's stands with the task.</param>
public sealed record ConnectorStatus(
    string Name, string Type, ConnectorState State, string StateName, string? WorkerId, string? Version, string? Trace, ImmutableArray<TaskStatus> Tasks)
{
    /// <summary>The connector and at least one task run, and no task does anything else.</summary>
    public bool Runs => State == ConnectorState.Running && Tasks.Length > 0 && Tasks.All(t => t.State == ConnectorState.Running);

    public bool Failed => State == ConnectorState.Failed || Tasks.Any(t => t.State == ConnectorState.Failed);

    /// <summary>The trace of the connector's failure, else of the first failed task.</summary>
    public string? FirstTrace => State == ConnectorState.Failed && Trace is not null
        ? Trace
        : Tasks.FirstOrDefault(t => t.State == ConnectorState.Failed)?.Trace;
}
