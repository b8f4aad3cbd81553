using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Avro;

/// <summary>A map; its values come as <c>IReadOnlyDictionary&lt;string, object?&gt;</c>.</summary>
public sealed class AvroMap(AvroType values) : AvroType
{
    public AvroType Values { get; } = values;

    public override JsonNode ToJson(AvroNames names) => new JsonObject { ["type"] = "map", ["values"] = Values.ToJson(names) };

    public override void Write(AvroWriter writer, object? value)
    {
        var entries = (IReadOnlyDictionary<string, object?>)value!;
        if (entries.Count > 0)
        {
            writer.Long(entries.Count);
            foreach (var (key, entry) in entries)
            {
                writer.String(key);
                Values.Write(writer, entry);
            }
        }
        writer.Long(0);
    }
}
