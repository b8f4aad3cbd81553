using System.Text.Json;

namespace CdcStripeSync.Debezium.Json;

/// <summary>What converters write around a key or a value: JsonConverter its schema, Apicurio's ExtJsonConverter the schema's id, as <c>schemaId</c> or, once, <c>id</c>.</summary>
internal static class JsonWrapper
{
    private const string Content = "payload";
    private const string NewId = "schemaId";
    private const string OldId = "id";

    /// <summary>A wrapper's content; else the whole. A row may have columns of these names, but none that is an envelope.</summary>
    public static (JsonElement Payload, JsonElement? Schema) Open(JsonElement root)
    {
        if (!Wraps(root, out var payload)) return (root, null);
        if (root.TryGetProperty("schema", out var schema)) return (payload, schema.ValueKind == JsonValueKind.Object ? schema : null);
        var wraps = IsNumber(root, NewId) ? payload.ValueKind is JsonValueKind.Object or JsonValueKind.Null : IsNumber(root, OldId) && IsEnvelope(payload);
        return wraps ? (payload, null) : (root, null);
    }

    /// <summary>The same of a key, of which no column is a structure.</summary>
    public static (JsonElement Payload, JsonElement? Schema) OpenKey(JsonElement root) => MayBeOne(root) ? (root.GetProperty(Content), null) : Open(root);

    /// <summary>It is a row of two columns, or a row in a wrapper.</summary>
    public static bool MayBeOne(JsonElement row) => Wraps(row, out var payload) && payload.ValueKind == JsonValueKind.Object && IsNumber(row, OldId);

    private static bool Wraps(JsonElement root, out JsonElement payload) => root.TryGetProperty(Content, out payload) && root.EnumerateObject().Count() == 2;

    private static bool IsNumber(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number;

    private static bool IsEnvelope(JsonElement payload) =>
        payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty("op", out _) && payload.TryGetProperty("source", out var source) && source.ValueKind == JsonValueKind.Object;
}
