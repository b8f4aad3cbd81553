using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Avro;

/// <summary>One node of an Avro schema that knows its JSON and how a value of it is written.</summary>
/// <remarks>Values: string, bool, int/long, float, double, byte[], and object?[] for arrays and records (by field order).</remarks>
public abstract class AvroType
{
    /// <summary>The schema's JSON; a named type that <paramref name="names"/> has seen becomes a reference.</summary>
    public abstract JsonNode ToJson(AvroNames names);

    public abstract void Write(AvroWriter writer, object? value);

    public string ToSchemaJson() => ToJson(new AvroNames()).ToJsonString();
}
