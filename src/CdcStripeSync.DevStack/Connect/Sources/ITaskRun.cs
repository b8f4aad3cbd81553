using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Connect.Sources;

/// <summary>A task that runs, or has failed at once.</summary>
public interface ITaskRun
{
    /// <summary>The stack trace of a failure to start; null while it runs.</summary>
    string? Trace { get; }

    /// <summary>The topics it has written to.</summary>
    IReadOnlyCollection<string> Topics { get; }

    /// <summary>Where it has read to; null for nothing yet.</summary>
    JsonObject? Offset { get; }

    Task StopAsync();
}
