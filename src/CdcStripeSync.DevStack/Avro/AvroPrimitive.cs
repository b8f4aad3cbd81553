using System.Globalization;
using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Avro;

/// <summary>A primitive, alone or with attributes (Kafka Connect's logical name, parameters, default).</summary>
public sealed class AvroPrimitive(AvroKind kind, params IReadOnlyList<AvroAttribute> attributes) : AvroType
{
    public AvroKind Kind { get; } = kind;

    public IReadOnlyList<AvroAttribute> Attributes { get; } = attributes;

    /// <summary>The same type carrying <c>connect.default</c>, in the place where the Avro converter puts it.</summary>
    public AvroPrimitive WithDefault(JsonNode value)
    {
        var list = Attributes.ToList();
        var at = list.FindIndex(a => a.Name is "connect.name" or "logicalType");
        list.Insert(at < 0 ? list.Count : at, new AvroAttribute("connect.default", value));
        return new AvroPrimitive(Kind, list);
    }

    public override JsonNode ToJson(AvroNames names)
    {
        var name = Kind.ToString().ToLowerInvariant();
        if (Attributes.Count == 0)
            return JsonValue.Create(name);
        var json = new JsonObject { ["type"] = name };
        foreach (var attribute in Attributes)
            json[attribute.Name] = attribute.Value.DeepClone();
        return json;
    }

    public override void Write(AvroWriter writer, object? value)
    {
        switch (Kind)
        {
            case AvroKind.Boolean: writer.Boolean((bool)value!); break;
            case AvroKind.Int or AvroKind.Long: writer.Long(Convert.ToInt64(value, CultureInfo.InvariantCulture)); break;
            case AvroKind.Float: writer.Float((float)value!); break;
            case AvroKind.Double: writer.Double((double)value!); break;
            case AvroKind.Bytes: writer.Bytes((byte[])value!); break;
            case AvroKind.String: writer.String((string)value!); break;
            default: throw new InvalidOperationException($"Avro kind {Kind} has no encoding.");
        }
    }
}
