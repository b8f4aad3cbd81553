using System.Text.Json;

namespace CdcStripeSync.Connect.Backfilling;

/// <summary>One of Debezium's notifications.</summary>
/// <param name="Id">Of the signal that it answers.</param>
/// <param name="Type">STARTED, IN_PROGRESS, TABLE_SCAN_COMPLETED, COMPLETED, ABORTED, PAUSED, RESUMED, SKIPPED …</param>
/// <param name="About"><c>Incremental Snapshot</c>, <c>Initial Snapshot</c> …</param>
public sealed record Notification(string Id, string Type, string About, IReadOnlyDictionary<string, string> Data)
{
    public bool Ends => Type is "COMPLETED" or "ABORTED" or "STOPPED";

    /// <summary>A table's rows were not read: it has no primary key, the filter is no SQL …</summary>
    public bool IsFailure => Type is "ABORTED" or "STOPPED" || (Type == "TABLE_SCAN_COMPLETED" && Data.GetValueOrDefault("status", "SUCCEEDED") is not ("SUCCEEDED" or "EMPTY"));

    /// <param name="json">A record's value: Avro's JSON encoding, plain JSON, or JSON with its schema.</param>
    /// <returns>Null for what is no notification.</returns>
    public static Notification? Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("payload", out var payload)) root = payload;
        if (root.ValueKind != JsonValueKind.Object || Text(root, "id") is not { } id || Text(root, "type") is not { } type) return null;
        var data = root.TryGetProperty("additional_data", out var map) && map.ValueKind == JsonValueKind.Object ? map : default;
        if (data.ValueKind == JsonValueKind.Object && data.TryGetProperty("map", out var branch) && branch.ValueKind == JsonValueKind.Object) data = branch;
        return new Notification(
            id, type, Text(root, "aggregate_type") ?? "",
            data.ValueKind == JsonValueKind.Object ? data.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ToString(), StringComparer.Ordinal) : new Dictionary<string, string>());
    }

    /// <summary>As a person reads it.</summary>
    public override string ToString() => Type switch
    {
        "STARTED" => $"started: {Data.GetValueOrDefault("data_collections")}",
        "IN_PROGRESS" => $"{Data.GetValueOrDefault("current_collection_in_progress")}: at key {Data.GetValueOrDefault("last_processed_key")} of {Data.GetValueOrDefault("maximum_key")}",
        "TABLE_SCAN_COMPLETED" => $"{Data.GetValueOrDefault("scanned_collection")}: {Data.GetValueOrDefault("total_rows_scanned")} rows read, {Data.GetValueOrDefault("status")}",
        "COMPLETED" => "completed",
        _ => $"{Type} {string.Join(", ", Data.Select(d => $"{d.Key}={d.Value}"))}".TrimEnd(),
    };

    private static string? Text(JsonElement json, string member) => json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
