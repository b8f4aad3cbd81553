using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>A step as JSON, so that an intent can be finished after a restart.</summary>
public static class PlanStepJson
{
    public static string Write(PlanStep step)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("kind", step.Kind.ToString());
            json.WriteString("method", step.Command.Method);
            json.WriteString("path", step.Command.Path);
            json.WriteString("template", step.Command.PathTemplate);
            json.WritePropertyName("parameters");
            FieldValueJson.Write(json, step.Command.Parameters);
            json.WritePropertyName("sets");
            FieldValueJson.Write(json, new FieldValue.Object(step.Sets));
            json.WriteString("breadth", step.Breadth.ToString());
            json.WriteString("parent", step.ParentId);
            json.WriteString("intent", step.IntentId);
            json.WriteBoolean("oldWasDefault", step.OldWasDefault);
            json.WriteBoolean("oldIsInactive", step.OldIsInactive);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static PlanStep Read(string text)
    {
        using var document = JsonDocument.Parse(text);
        var json = document.RootElement;
        var command = new StripeCommand(
            json.GetProperty("method").GetString()!, json.GetProperty("path").GetString()!, json.GetProperty("template").GetString()!,
            (FieldValue.Object)FieldValueJson.Read(json.GetProperty("parameters")));
        return new PlanStep(
            Enum.Parse<StepKind>(json.GetProperty("kind").GetString()!), command, ((FieldValue.Object)FieldValueJson.Read(json.GetProperty("sets"))).Members,
            Enum.Parse<BreadthKind>(json.GetProperty("breadth").GetString()!), json.GetProperty("parent").GetString(), json.GetProperty("intent").GetString())
        {
            OldWasDefault = json.GetProperty("oldWasDefault").GetBoolean(),
            OldIsInactive = json.TryGetProperty("oldIsInactive", out var inactive) && inactive.GetBoolean(),
        };
    }
}
