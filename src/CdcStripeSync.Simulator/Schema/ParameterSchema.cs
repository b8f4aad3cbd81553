using System.Text.Json;

namespace CdcStripeSync.Simulator.Schema;

/// <summary>What a parameter may be, from Stripe's OpenAPI document.</summary>
internal sealed class ParameterSchema
{
    private ParameterSchema(JsonElement json)
    {
        Kind = json.GetProperty("t").GetString() switch
        {
            "string" => ParameterKind.Text,
            "integer" => ParameterKind.Integer,
            "boolean" => ParameterKind.Boolean,
            "number" => ParameterKind.Number,
            "decimal" => ParameterKind.Decimal,
            "object" => ParameterKind.Object,
            "map" => ParameterKind.Map,
            "array" => ParameterKind.Array,
            "or" => ParameterKind.Alternatives,
            var other => throw new InvalidDataException($"request-schemas.json: unknown kind '{other}'. Run derive.py again."),
        };
        MaxLength = json.TryGetProperty("max", out var max) ? max.GetInt32() : null;
        Enum = json.TryGetProperty("enum", out var values) ? [.. values.EnumerateArray().Select(v => v.GetString()!)] : null;
        CanClear = json.TryGetProperty("clear", out _);
        Required = json.TryGetProperty("req", out var required) ? [.. required.EnumerateArray().Select(v => v.GetString()!)] : [];
        Element = json.TryGetProperty("items", out var items) ? new(items) : json.TryGetProperty("value", out var value) ? new(value) : null;
        Properties = json.TryGetProperty("props", out var properties)
            ? properties.EnumerateObject().ToDictionary(p => p.Name, p => new ParameterSchema(p.Value))
            : [];
        Alternatives = json.TryGetProperty("or", out var or) ? [.. or.EnumerateArray().Select(o => new ParameterSchema(o))] : [];
    }

    public ParameterKind Kind { get; }

    public int? MaxLength { get; }

    public IReadOnlyList<string>? Enum { get; }

    /// <summary>Whether an empty text unsets the field.</summary>
    public bool CanClear { get; }

    public IReadOnlyList<string> Required { get; }

    /// <summary>Of an array's items, or a map's values.</summary>
    public ParameterSchema? Element { get; }

    public IReadOnlyDictionary<string, ParameterSchema> Properties { get; }

    public IReadOnlyList<ParameterSchema> Alternatives { get; }

    /// <summary>By operation, such as <c>POST /v1/products/{id}</c>.</summary>
    public static IReadOnlyDictionary<string, ParameterSchema> Operations { get; } = Load();

    private static Dictionary<string, ParameterSchema> Load()
    {
        using var stream = typeof(ParameterSchema).Assembly.GetManifestResourceStream("request-schemas.json")
            ?? throw new InvalidDataException("The assembly lacks the embedded request-schemas.json.");
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => new ParameterSchema(p.Value));
    }
}
