using System.Text;
using System.Text.Json.Nodes;

namespace CdcStripeSync.Debezium.Tests.Json;

/// <summary>A recorded Avro value as Connect's JsonConverter would have written it, with its schema: made from the schema's text and the oracle's JSON.</summary>
internal sealed class JsonTwin
{
    private readonly Dictionary<string, JsonObject> _named = new(StringComparer.Ordinal);

    public static byte[] Of(string avroSchema, JsonNode oracle)
    {
        var twin = new JsonTwin();
        var (schema, payload) = twin.Part(JsonNode.Parse(avroSchema)!, oracle, "", value: true);
        return Encoding.UTF8.GetBytes(new JsonObject { ["schema"] = schema, ["payload"] = payload }.ToJsonString());
    }

    /// <param name="value">False where there is no value: the schema alone.</param>
    private (JsonObject Schema, JsonNode? Payload) Part(JsonNode type, JsonNode? oracle, string space, bool value)
    {
        if (type is JsonArray union)
        {
            var branches = union.Where(b => b!.ToString() != "null").Select(b => b!).ToList();
            var inner = oracle?.AsObject().Single().Value;
            var (schema, payload) = Part(branches.Single(), inner, space, value && oracle is not null);
            schema["optional"] = true;
            return (schema, payload);
        }

        if (type is JsonObject named && named["type"] is JsonValue kind)
        {
            switch (kind.ToString())
            {
                case "record": return Struct(named, oracle, space, value);
                case "array":
                    var items = Part(named["items"]!, null, space, value: false).Schema;
                    return (new JsonObject { ["type"] = "array", ["items"] = items, ["optional"] = false }, value ? new JsonArray([.. oracle!.AsArray().Select(i => Part(named["items"]!, i, space, true).Payload)]) : null);
                case "map":
                    var values = Part(named["values"]!, null, space, value: false).Schema;
                    return (
                        new JsonObject { ["type"] = "map", ["keys"] = new JsonObject { ["type"] = "string" }, ["values"] = values, ["optional"] = false },
                        value ? new JsonObject(oracle!.AsObject().Select(e => KeyValuePair.Create(e.Key, Part(named["values"]!, e.Value, space, true).Payload))) : null);
                default: return Scalar(kind.ToString(), named, oracle, value);
            }
        }

        var name = type.ToString();
        if (_named.TryGetValue(name, out var known) || _named.TryGetValue($"{space}.{name}", out known)) return Struct(known, oracle, space, value);
        return Scalar(name, [], oracle, value);
    }

    private (JsonObject, JsonNode?) Struct(JsonObject record, JsonNode? oracle, string space, bool value)
    {
        var inner = record["namespace"]?.ToString() ?? space;
        _named[$"{inner}.{record["name"]}"] = _named[record["name"]!.ToString()] = record;
        var fields = new JsonArray();
        var payload = new JsonObject();
        foreach (var field in record["fields"]!.AsArray())
        {
            var column = field!["name"]!.ToString();
            var (schema, part) = Part(field["type"]!, value ? oracle![column] : null, inner, value);
            schema["field"] = column;
            if (Default(field) is { } given) schema["default"] = given.DeepClone();
            fields.Add(schema);
            if (value) payload[column] = part;
        }

        var shape = new JsonObject { ["type"] = "struct", ["fields"] = fields, ["optional"] = false };
        if (record["connect.name"] is { } name) shape["name"] = name.ToString();
        return (shape, value ? payload : null);
    }

    private static JsonNode? Default(JsonNode field) =>
        (field["type"] as JsonArray)?.Select(branch => (branch as JsonObject)?["connect.default"]).FirstOrDefault(d => d is not null) ?? (field["type"] as JsonObject)?["connect.default"] ?? field["default"];

    private static (JsonObject, JsonNode?) Scalar(string kind, JsonObject type, JsonNode? oracle, bool value)
    {
        var schema = new JsonObject { ["type"] = kind switch { "int" => "int32", "long" => "int64", _ => kind }, ["optional"] = false };
        if (type["connect.name"] is { } name) schema["name"] = name.ToString();
        if (type["connect.parameters"] is { } parameters) schema["parameters"] = parameters.DeepClone();
        if (!value) return (schema, null);
        return (schema, kind == "bytes" ? JsonValue.Create(Convert.ToBase64String(Encoding.Latin1.GetBytes(oracle!.ToString()))) : oracle!.DeepClone());
    }
}
