using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Tests.Connector;

/// <summary>A record with everything decoded, from a recording or from the connector.</summary>
internal sealed record ReadableRecord(
    string Topic, JsonNode? Key, JsonNode? Value, JsonNode? KeySchema, JsonNode? ValueSchema, IReadOnlyList<(string Key, string Value)> Headers)
{
    public string? Op => Value?["op"]?.GetValue<string>();

    public JsonNode? Source => Value?["source"];

    /// <summary>The values of a row without the unions' branch names.</summary>
    public JsonNode? Column(string image, string name)
    {
        var value = Value?[image]?.AsObject().Single().Value?[name];
        return value is JsonObject branch ? branch.Single().Value : value;
    }
}
