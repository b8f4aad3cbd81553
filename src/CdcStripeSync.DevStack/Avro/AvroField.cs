using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Avro;

/// <summary>A record's field. An optional field without <paramref name="Default"/> defaults to null.</summary>
public sealed record AvroField(string Name, AvroType Type, JsonNode? Default = null)
{
    public static AvroField Of(string name, AvroKind kind) => new(name, new AvroPrimitive(kind));

    public static AvroField Optional(string name, AvroKind kind) => new(name, new AvroOptional(new AvroPrimitive(kind)));
}
