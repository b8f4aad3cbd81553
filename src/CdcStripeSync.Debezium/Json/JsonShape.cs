using System.Text.Json;
using CdcStripeSync.Debezium.Envelope;

namespace CdcStripeSync.Debezium.Json;

/// <summary>Tells the shape of a JSON record from its schema's name where it has one, else from its members.</summary>
internal static class JsonShape
{
    private static readonly HashSet<string> OfTransaction = new(StringComparer.Ordinal) { "status", "id", "event_count", "data_collections", "ts_ms" };
    private static readonly HashSet<string> OfSchemaChange = new(StringComparer.Ordinal) { "source", "position", "ts_ms", "databaseName", "schemaName", "ddl", "tableChanges" };
    private static readonly HashSet<string> OfNotification = new(StringComparer.Ordinal) { "id", "aggregate_type", "type", "additional_data", "timestamp" };
    private static readonly HashSet<string> OfSignal = new(StringComparer.Ordinal) { "id", "type", "data" };
    private static readonly HashSet<string> OfHeartbeat = new(StringComparer.Ordinal) { "ts_ms" };

    public static ShapeKind Of(JsonElement payload, JsonElement? schema, ValueShape given)
    {
        var name = schema is { } s && s.TryGetProperty("name", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString()! : null;
        if (Is(payload, name, ".Heartbeat", OfHeartbeat, "ts_ms")) return ShapeKind.Heartbeat;
        if (Is(payload, name, ".TransactionMetadataValue", OfTransaction, "event_count")) return ShapeKind.Transaction;
        if (Is(payload, name, ".SchemaChangeValue", OfSchemaChange, "ddl")) return ShapeKind.SchemaChange;
        if (Is(payload, name, "common.Notification", OfNotification, "aggregate_type")) return ShapeKind.Notification;
        if (given == ValueShape.Found && payload.TryGetProperty(CloudEvent.Telling, out _) && CloudEvent.Has([.. payload.EnumerateObject().Select(p => p.Name)])) return ShapeKind.CloudEvent;
        if (given != ValueShape.Row && payload.TryGetProperty("op", out _) && payload.TryGetProperty("source", out var source) && source.ValueKind == JsonValueKind.Object)
            return payload.TryGetProperty("message", out _) && !payload.TryGetProperty("after", out _) ? ShapeKind.Message : ShapeKind.Envelope;
        return given == ValueShape.Envelope ? ShapeKind.Envelope : ShapeKind.Unwrapped;
    }

    /// <summary>A signal has no schema; its topic is not the connector's to write.</summary>
    public static bool IsSignal(JsonElement payload) => Is(payload, null, "", OfSignal, "type");

    /// <summary>A name decides; without one, the telling member and no member that the shape does not have.</summary>
    private static bool Is(JsonElement payload, string? name, string suffix, HashSet<string> members, string telling) =>
        name is not null ? name.EndsWith(suffix, StringComparison.Ordinal)
        : payload.TryGetProperty(telling, out _) && payload.EnumerateObject().All(p => members.Contains(p.Name));
}
