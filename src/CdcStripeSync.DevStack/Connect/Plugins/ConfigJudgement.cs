using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Connect.Plugins;

/// <summary>The worker's answer to a validation, and its errors in order.</summary>
internal sealed record ConfigJudgement(JsonObject Json, IReadOnlyList<string> Errors)
{
    /// <summary>As a refused creation says it.</summary>
    public string Refusal =>
        $"Connector configuration is invalid and contains the following {Errors.Count} error(s):\n{string.Join('\n', Errors)}\nYou can also find the above list of errors at the endpoint `/connector-plugins/{{connectorType}}/config/validate`";
}
