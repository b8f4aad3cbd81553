using System.Numerics;
using System.Text.Json;
using CdcStripeSync.DevStack.Avro;

namespace CdcStripeSync.CrashTest.Wire;

/// <summary>Writes values by an Avro schema as a registry holds it. Values: as in <see cref="History.RowChange"/>; records as dictionaries.</summary>
internal sealed class AvroEncoder
{
    private readonly JsonElement _schema;
    private readonly Dictionary<string, JsonElement> _named = new(StringComparer.Ordinal);

    public AvroEncoder(JsonElement schema)
    {
        _schema = schema;
        Learn(schema, "");
    }

    public void Write(AvroWriter writer, object? value) => Write(writer, _schema, value);

    private void Write(AvroWriter writer, JsonElement schema, object? value)
    {
        if (schema.ValueKind == JsonValueKind.Array)
        {
            var branches = schema.EnumerateArray().ToList();
            var branch = branches.FindIndex(b => (b.ValueKind == JsonValueKind.String && b.GetString() == "null") == value is null);
            writer.Long(branch);
            if (value is not null) Write(writer, branches[branch], value);
            return;
        }

        var type = schema.ValueKind == JsonValueKind.String ? schema.GetString()! : schema.GetProperty("type").GetString()!;
        switch (type)
        {
            case "record":
                var fields = (IReadOnlyDictionary<string, object?>)value!;
                foreach (var field in schema.GetProperty("fields").EnumerateArray())
                    Write(writer, field.GetProperty("type"), Of(fields, field));
                break;
            case "array":
                var items = (string[])value!;
                if (items.Length > 0) writer.Long(items.Length);
                foreach (var item in items) Write(writer, schema.GetProperty("items"), item);
                writer.Long(0);
                break;
            case "boolean": writer.Boolean((bool)value!); break;
            case "int" or "long": writer.Long((long)value!); break;
            case "string": writer.String((string)value!); break;
            case "bytes": writer.Bytes(Unscaled((decimal)value!, schema.GetProperty("scale").GetInt32())); break;
            default: Write(writer, _named[type], value); break;
        }
    }

    /// <summary>A value that is missing in a column that must not be null: Debezium writes the default, or the type's zero.</summary>
    private static object? Of(IReadOnlyDictionary<string, object?> fields, JsonElement field)
    {
        if (fields.GetValueOrDefault(field.GetProperty("name").GetString()!) is { } value) return value;
        var type = field.GetProperty("type");
        if (type.ValueKind == JsonValueKind.Array) return null;
        var name = type.ValueKind == JsonValueKind.String ? type.GetString() : type.GetProperty("type").GetString();
        var has = field.TryGetProperty("default", out var standard);
        return name switch
        {
            "string" => has ? standard.GetString()! : "",
            "boolean" => has && standard.GetBoolean(),
            "int" or "long" => has ? standard.GetInt64() : 0L,
            "bytes" => 0m,
            "array" => Array.Empty<string>(),
            _ => null,
        };
    }

    private static byte[] Unscaled(decimal value, int scale) =>
        new BigInteger(value * (decimal)Math.Pow(10, scale)).ToByteArray(isUnsigned: false, isBigEndian: true);

    /// <summary>A type that was defined once is referred to by its name, with or without its namespace.</summary>
    private void Learn(JsonElement schema, string space)
    {
        if (schema.ValueKind == JsonValueKind.Array)
        {
            foreach (var branch in schema.EnumerateArray()) Learn(branch, space);
        }

        if (schema.ValueKind != JsonValueKind.Object) return;
        if (schema.TryGetProperty("items", out var items)) Learn(items, space);
        if (!schema.TryGetProperty("fields", out var fields)) return;
        var own = schema.TryGetProperty("namespace", out var named) ? named.GetString()! : space;
        var name = schema.GetProperty("name").GetString()!;
        _named[name] = _named[$"{own}.{name}"] = schema;
        foreach (var field in fields.EnumerateArray()) Learn(field.GetProperty("type"), own);
    }
}
