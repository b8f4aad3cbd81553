using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Connect.Sources;

/// <summary>The databases behind the worker: what connecting to them says, and what a task that reads them does.</summary>
public interface ISourceRuntime
{
    /// <summary>Null where the database lets the connector in; else the driver's words.</summary>
    Task<string?> ConnectAsync(IReadOnlyDictionary<string, string> config, CancellationToken cancellationToken);

    /// <summary>Starts reading.</summary>
    /// <param name="config">References resolved.</param>
    /// <param name="offset">Where the connector had read to; null from the beginning.</param>
    /// <param name="failed">Called with a Java stack trace when the task ends by itself.</param>
    Task<ITaskRun> StartAsync(string connector, IReadOnlyDictionary<string, string> config, JsonObject? offset, Action<string> failed, CancellationToken cancellationToken);
}
