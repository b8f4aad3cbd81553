using System.Text.Json.Nodes;
using CdcStripeSync.DevStack.Connect.Sources;

namespace CdcStripeSync.DevStack.Connect.State;

/// <summary>One connector: what it was told, and how far the worker has come with it.</summary>
internal sealed class ConnectorEntry(string name, IReadOnlyDictionary<string, string> config)
{
    public string Name { get; } = name;

    /// <summary>With <c>name</c>, in the order in which it was given.</summary>
    public IReadOnlyDictionary<string, string> Config { get; set; } = config;

    public TargetState Target { get; set; }

    /// <summary>When the worker gets to it; null where nothing is left to do.</summary>
    public DateTimeOffset? Due { get; set; }

    /// <summary>The state that others see; null until the worker has got to it for the first time.</summary>
    public string? Shown { get; set; }

    /// <summary>The task's state; null without tasks.</summary>
    public string? Task { get; set; }

    public string? Trace { get; set; }

    public ITaskRun? Run { get; set; }

    public JsonObject? Offset { get; set; }

    public SortedSet<string> Topics { get; } = new(StringComparer.Ordinal);

    public JsonObject? CurrentOffset => Run?.Offset ?? Offset;
}
