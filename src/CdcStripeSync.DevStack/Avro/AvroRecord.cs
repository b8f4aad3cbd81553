using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Avro;

public sealed class AvroRecord(
    string @namespace, string name, IReadOnlyList<AvroField> fields, params IReadOnlyList<AvroAttribute> attributes) : AvroType
{
    public string Namespace { get; } = @namespace;

    public string Name { get; } = name;

    public IReadOnlyList<AvroField> Fields { get; } = fields;

    public override JsonNode ToJson(AvroNames names)
    {
        if (names.ReferenceTo(Namespace, Name) is { } reference)
            return JsonValue.Create(reference);
        var json = new JsonObject { ["type"] = "record", ["name"] = Name };
        if (names.Namespace != Namespace)
            json["namespace"] = Namespace;
        var outer = names.Enter(Namespace);
        json["fields"] = new JsonArray([.. Fields.Select(f => (JsonNode)FieldJson(f, names))]);
        names.Enter(outer);
        foreach (var attribute in attributes)
            json[attribute.Name] = attribute.Value.DeepClone();
        return json;
    }

    public override void Write(AvroWriter writer, object? value)
    {
        var values = (object?[])value!;
        if (values.Length != Fields.Count)
            throw new InvalidOperationException($"{Namespace}.{Name} has {Fields.Count} fields, not {values.Length}.");
        for (var i = 0; i < values.Length; i++)
            Fields[i].Type.Write(writer, values[i]);
    }

    private static JsonObject FieldJson(AvroField field, AvroNames names)
    {
        var json = new JsonObject { ["name"] = field.Name, ["type"] = field.Type.ToJson(names) };
        if (field.Default is { } value)
            json["default"] = value.DeepClone();
        else if (field.Type is AvroOptional)
            json["default"] = null;
        return json;
    }
}
