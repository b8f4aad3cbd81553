using System.Text.Json;

namespace CdcStripeSync.DevStack.Connect.Sources;

/// <summary>What a signal asks to be read again.</summary>
/// <param name="Filters">SQL conditions by table.</param>
internal sealed record SnapshotRequest(string Id, IReadOnlyList<string> Tables, IReadOnlyDictionary<string, string> Filters)
{
    private const string Type = "execute-snapshot";

    /// <summary>A signal topic's message; null for what is no request for an incremental snapshot: Debezium passes over it, too.</summary>
    public static SnapshotRequest? OfMessage(string message) => Parse(message, root => Of(root.GetProperty("id").GetString()!, root.GetProperty("type").GetString()!, root.GetProperty("data")));

    /// <summary>A signal table's row; null as above.</summary>
    public static SnapshotRequest? OfRow(string id, string type, string data) => Parse(data, root => Of(id, type, root));

    private static SnapshotRequest? Of(string id, string type, JsonElement data)
    {
        if (type != Type) return null;
        var filters = data.TryGetProperty("additional-conditions", out var conditions)
            ? conditions.EnumerateArray().ToDictionary(c => c.GetProperty("data-collection").GetString()!, c => c.GetProperty("filter").GetString()!, StringComparer.Ordinal)
            : [];
        return new SnapshotRequest(id, [.. data.GetProperty("data-collections").EnumerateArray().Select(c => c.GetString()!)], filters);
    }

    private static SnapshotRequest? Parse(string json, Func<JsonElement, SnapshotRequest?> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
