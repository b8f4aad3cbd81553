using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Avro;

public sealed class AvroArray(AvroType items) : AvroType
{
    public AvroType Items { get; } = items;

    public override JsonNode ToJson(AvroNames names) =>
        new JsonObject { ["type"] = "array", ["items"] = Items.ToJson(names) };

    public override void Write(AvroWriter writer, object? value)
    {
        var elements = (object?[])value!;
        if (elements.Length > 0)
        {
            writer.Long(elements.Length);
            foreach (var element in elements)
                Items.Write(writer, element);
        }
        writer.Long(0);
    }
}
