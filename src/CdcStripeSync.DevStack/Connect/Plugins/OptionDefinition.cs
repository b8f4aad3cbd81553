using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Connect.Plugins;

/// <summary>One option of a connector plugin.</summary>
/// <param name="Definition">As the worker shows it in a validation.</param>
/// <param name="Visible">Some options show only where another is set.</param>
internal sealed record OptionDefinition(string Name, string Type, JsonObject Definition, JsonArray Recommended, bool Visible)
{
    /// <summary>The worker's own options come first in every plugin; their values are echoed and have defaults.</summary>
    public bool OfWorker { get; init; }

    public string? Default => Definition["default_value"]?.GetValue<string>();

    /// <summary>A closed set of values. Converters are recommended, but any class may be given.</summary>
    public IReadOnlyList<string> Allowed => Type == "STRING" && !OfWorker ? [.. Recommended.Select(r => r!.GetValue<string>())] : [];
}
