using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Tests.Connector;

/// <summary>Decodes Avro by a schema's JSON into Avro's JSON encoding. Simple and slow: only for comparing.</summary>
internal sealed class AvroJson(byte[] bytes, int start)
{
    private readonly Dictionary<string, JsonNode> _named = new(StringComparer.Ordinal);
    private int _at = start;

    public static JsonNode? Decode(byte[] wire, JsonNode schema)
    {
        var reader = new AvroJson(wire, 5);
        reader.Learn(schema, null);
        var value = reader.Read(schema, null);
        return reader._at == wire.Length ? value : throw new InvalidDataException($"{wire.Length - reader._at} bytes left over");
    }

    private void Learn(JsonNode? schema, string? space)
    {
        if (schema is JsonArray union)
        {
            foreach (var branch in union)
                Learn(branch, space);
        }
        else if (schema is JsonObject json)
        {
            var inner = json["namespace"]?.GetValue<string>() ?? space;
            if (json["fields"] is JsonArray fields)
            {
                _named[$"{inner}.{json["name"]}"] = json;
                foreach (var field in fields)
                    Learn(field!["type"], inner);
            }
            Learn(json["items"], inner);
        }
    }

    private JsonNode? Read(JsonNode schema, string? space)
    {
        if (schema is JsonArray union)
        {
            var branch = union[(int)Long()]!;
            var value = Read(branch, space);
            return value is null ? null : new JsonObject { [Name(branch, space)] = value };
        }
        if (schema is JsonValue)
        {
            var name = schema.GetValue<string>();
            return _named.TryGetValue(name.Contains('.') ? name : $"{space}.{name}", out var known) ? Read(known, space) : Primitive(name);
        }
        var type = schema["type"]!.GetValue<string>();
        return type switch
        {
            "record" => Record(schema, space),
            "array" => Array(schema["items"]!, space),
            _ => Primitive(type),
        };
    }

    private JsonObject Record(JsonNode schema, string? space)
    {
        var inner = schema["namespace"]?.GetValue<string>() ?? space;
        var json = new JsonObject();
        foreach (var field in schema["fields"]!.AsArray())
            json[field!["name"]!.GetValue<string>()] = Read(field["type"]!, inner);
        return json;
    }

    private JsonArray Array(JsonNode items, string? space)
    {
        var json = new JsonArray();
        for (var block = Long(); block != 0; block = Long())
        {
            for (var i = 0; i < block; i++)
                json.Add(Read(items, space));
        }
        return json;
    }

    private JsonValue? Primitive(string type)
    {
        switch (type)
        {
            case "null": return null;
            case "boolean": return JsonValue.Create(bytes[_at++] == 1);
            case "int" or "long": return JsonValue.Create(Long());
            case "float": return Number(BinaryPrimitives.ReadSingleLittleEndian(Take(4)));
            case "double": return Number(BinaryPrimitives.ReadDoubleLittleEndian(Take(8)));
            case "bytes": return JsonValue.Create(Encoding.Latin1.GetString(Take((int)Long())));
            case "string": return JsonValue.Create(Encoding.UTF8.GetString(Take((int)Long())));
            default: throw new InvalidDataException($"type {type}");
        }
    }

    private static JsonValue Number(double value) =>
        double.IsFinite(value) ? JsonValue.Create(value)
        : JsonValue.Create(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");

    private static string Name(JsonNode schema, string? space)
    {
        if (schema is JsonValue)
        {
            var name = schema.GetValue<string>();
            return name is "boolean" or "int" or "long" or "float" or "double" or "bytes" or "string" || name.Contains('.') ? name : $"{space}.{name}";
        }
        var type = schema["type"]!.GetValue<string>();
        return type == "record" ? $"{schema["namespace"]?.GetValue<string>() ?? space}.{schema["name"]}" : type;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        _at += count;
        return bytes.AsSpan(_at - count, count);
    }

    private long Long()
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[_at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return (long)(value >> 1) ^ -(long)(value & 1);
        }
    }
}
