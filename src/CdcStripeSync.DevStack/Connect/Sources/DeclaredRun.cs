using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Connect.Sources;

/// <summary>A task over a declared database.</summary>
internal sealed class DeclaredRun(string? trace, IReadOnlyCollection<string> topics, JsonObject? offset, Action stop) : ITaskRun
{
    public string? Trace { get; } = trace;

    public IReadOnlyCollection<string> Topics { get; } = topics;

    public JsonObject? Offset { get; } = offset;

    public Task StopAsync()
    {
        stop();
        return Task.CompletedTask;
    }
}
