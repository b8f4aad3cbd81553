using System.Collections.Immutable;
using System.Text.Json;
using CdcStripeSync.Debezium.Columns;

namespace CdcStripeSync.Debezium.Avro;

/// <summary>Reads a schema's JSON (Avro specification 1.12, "Schema Declaration"): names resolve in their enclosing namespace.</summary>
internal sealed class AvroSchemaParser
{
    private const int MaxDepth = 200;
    private readonly Dictionary<string, AvroSchema> _named = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AvroSchema> _aliases = new(StringComparer.Ordinal);
    private int _depth;

    public static AvroSchema Parse(string json, IEnumerable<string> referenced)
    {
        var parser = new AvroSchemaParser();
        foreach (var other in referenced) parser.Parse(other);
        return parser.Parse(json);
    }

    private AvroSchema Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth * 3 });
            return Read(document.RootElement, "");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new AvroSchemaException($"not an Avro schema: {e.Message}", e);
        }
    }

    private AvroSchema Read(JsonElement json, string space)
    {
        if (++_depth > MaxDepth) throw new AvroSchemaException($"schemas nest deeper than {MaxDepth}");
        try
        {
            return json.ValueKind switch
            {
                JsonValueKind.String => ByName(json.GetString()!, space),
                JsonValueKind.Array => new AvroSchema(AvroKind.Union) { Name = "union", Branches = [.. json.EnumerateArray().Select(b => ReadBranch(b, space))] },
                JsonValueKind.Object => ReadObject(json, space),
                _ => throw new AvroSchemaException($"a schema is a name, a list or an object, not {json.ValueKind}"),
            };
        }
        finally
        {
            _depth--;
        }
    }

    private AvroSchema ReadBranch(JsonElement json, string space) =>
        Read(json, space) is { Kind: not AvroKind.Union } branch ? branch : throw new AvroSchemaException("a union holds another union");

    private AvroSchema ReadObject(JsonElement json, string space)
    {
        var type = json.GetProperty("type");
        if (type.ValueKind != JsonValueKind.String) return Read(type, space);
        var schema = type.GetString() switch
        {
            "record" or "error" => ReadRecord(json, space),
            "enum" => Named(json, space, new AvroSchema(AvroKind.Enum) { Symbols = [.. json.GetProperty("symbols").EnumerateArray().Select(s => s.GetString()!)] }),
            "fixed" => Named(json, space, new AvroSchema(AvroKind.Fixed) { Size = json.GetProperty("size").GetInt32() }),
            "array" => new AvroSchema(AvroKind.Array) { Name = "array", Element = Read(json.GetProperty("items"), space) },
            "map" => new AvroSchema(AvroKind.Map) { Name = "map", Element = Read(json.GetProperty("values"), space) },
            { } name => Primitive(name) ?? ByName(name, space),
            null => throw new AvroSchemaException("a schema's type is missing"),
        };
        if (schema.Size < 0) throw new AvroSchemaException($"fixed {schema.Name} has a negative size");
        schema.Parameters = ReadParameters(json, schema.Parameters);
        schema.SemanticType = Text(json, "connect.name") ?? Text(json, "logicalType") ?? schema.SemanticType
            ?? SemanticTypes.OfSource(schema.Parameters.GetValueOrDefault(SemanticTypes.SourceType));
        return schema;
    }

    private AvroSchema ReadRecord(JsonElement json, string space)
    {
        var record = Named(json, space, new AvroSchema(AvroKind.Record));
        var inner = NamespaceOf(record.Name);
        var fields = ImmutableArray.CreateBuilder<AvroField>();
        foreach (var field in json.GetProperty("fields").EnumerateArray())
            fields.Add(new AvroField(Text(field, "name") ?? throw new AvroSchemaException($"a field of {record.Name} has no name"), Read(field.GetProperty("type"), inner), Default(field)));
        record.Fields = fields.ToImmutable();
        return record;
    }

    /// <summary>Connect's before Avro's: an optional field's is null in Avro, whatever Connect's is.</summary>
    private static string? Default(JsonElement field)
    {
        var type = field.GetProperty("type");
        return (type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(ConnectDefault).FirstOrDefault(d => d is not null) : ConnectDefault(type))
            ?? (field.TryGetProperty("default", out var given) && given.ValueKind != JsonValueKind.Null ? given.ToString() : null);
    }

    private static string? ConnectDefault(JsonElement type) =>
        type.ValueKind == JsonValueKind.Object && type.TryGetProperty("connect.default", out var given) ? given.ToString() : null;

    private AvroSchema Named(JsonElement json, string space, AvroSchema schema)
    {
        var name = Text(json, "name") ?? throw new AvroSchemaException($"a {schema.Kind} has no name");
        var own = Text(json, "namespace");
        schema.Name = name.Contains('.', StringComparison.Ordinal) ? name : Qualify(name, own ?? space);
        if (!_named.TryAdd(schema.Name, schema)) throw new AvroSchemaException($"{schema.Name} is defined twice");
        if (json.TryGetProperty("aliases", out var aliases) && aliases.ValueKind == JsonValueKind.Array)
        {
            // An alias names the type for readers of other schemas; a reference to it within this one can mean nothing else.
            foreach (var alias in aliases.EnumerateArray().Select(a => a.GetString()!)) _aliases[alias.Contains('.', StringComparison.Ordinal) ? alias : Qualify(alias, NamespaceOf(schema.Name))] = schema;
        }

        return schema;
    }

    private AvroSchema ByName(string name, string space)
    {
        if (Primitive(name) is { } primitive) return primitive;
        if (_named.TryGetValue(name.Contains('.', StringComparison.Ordinal) ? name : Qualify(name, space), out var known)) return known;
        if (_named.TryGetValue(name, out var plain)) return plain;
        return _aliases.TryGetValue(name.Contains('.', StringComparison.Ordinal) ? name : Qualify(name, space), out var other) ? other : throw new AvroSchemaException($"type {name} is not defined");
    }

    private static AvroSchema? Primitive(string name) => name switch
    {
        "null" => new AvroSchema(AvroKind.Null) { Name = name },
        "boolean" => new AvroSchema(AvroKind.Boolean) { Name = name },
        "int" => new AvroSchema(AvroKind.Int) { Name = name },
        "long" => new AvroSchema(AvroKind.Long) { Name = name },
        "float" => new AvroSchema(AvroKind.Float) { Name = name },
        "double" => new AvroSchema(AvroKind.Double) { Name = name },
        "bytes" => new AvroSchema(AvroKind.Bytes) { Name = name },
        "string" => new AvroSchema(AvroKind.String) { Name = name },
        _ => null,
    };

    private static ImmutableDictionary<string, string> ReadParameters(JsonElement json, ImmutableDictionary<string, string> parameters)
    {
        if (json.TryGetProperty("connect.parameters", out var connect) && connect.ValueKind == JsonValueKind.Object)
        {
            foreach (var p in connect.EnumerateObject()) parameters = parameters.SetItem(p.Name, p.Value.ToString());
        }

        return json.TryGetProperty("scale", out var scale) && !parameters.ContainsKey("scale") ? parameters.SetItem("scale", scale.ToString()) : parameters;
    }

    private static string? Text(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Qualify(string name, string space) => space.Length == 0 ? name : $"{space}.{name}";

    private static string NamespaceOf(string fullName) =>
        fullName.LastIndexOf('.') is var dot and >= 0 ? fullName[..dot] : "";
}
