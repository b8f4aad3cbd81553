using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Avro;

/// <summary>A union of null and one type. With a default that is not null the type stands first, as Avro demands.</summary>
public sealed class AvroOptional(AvroType inner, bool nullFirst = true) : AvroType
{
    public AvroType Inner { get; } = inner;

    public override JsonNode ToJson(AvroNames names)
    {
        var type = Inner.ToJson(names);
        return nullFirst ? new JsonArray("null", type) : new JsonArray(type, "null");
    }

    public override void Write(AvroWriter writer, object? value)
    {
        var branch = value is null == nullFirst ? 0 : 1;
        writer.Long(branch);
        if (value is not null)
            Inner.Write(writer, value);
    }
}
