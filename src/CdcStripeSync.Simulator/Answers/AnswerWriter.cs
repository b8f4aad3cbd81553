using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.State;

namespace CdcStripeSync.Simulator.Answers;

/// <summary>Writes an answer's JSON: hides what was not asked for, and puts objects where expansion wants them.</summary>
internal static class AnswerWriter
{
    public static byte[] Write(Answer answer, ExpandTree expand, SimulatorState state)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            switch (answer)
            {
                case Answer.One one:
                    Write(json, one.Json, one.ShowsSecret ? ExpandTree.Secret : expand, state);
                    break;
                case Answer.Page page:
                    Write(json, "list", page.Url, page.Data, expand, state, () => json.WriteBoolean("has_more", page.HasMore));
                    break;
                case Answer.Found found:
                    Write(json, "search_result", found.Url, found.Data, expand, state, () =>
                    {
                        json.WriteBoolean("has_more", found.NextPage is not null);
                        json.WriteString("next_page", found.NextPage);
                    });
                    break;
            }
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(
        Utf8JsonWriter json, string kind, string url, IReadOnlyList<JsonObject> data, ExpandTree expand, SimulatorState state, Action more)
    {
        json.WriteStartObject();
        json.WriteString("object", kind);
        json.WriteStartArray("data");
        foreach (var item in data) Write(json, item, expand, state);
        json.WriteEndArray();
        more();
        json.WriteString("url", url);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, JsonObject value, ExpandTree expand, SimulatorState state)
    {
        var objectName = (string?)value["object"] ?? "";
        Expandable.CheckObject(objectName, expand);
        WriteMembers(json, value, objectName, "", expand, state);
    }

    private static void WriteMembers(Utf8JsonWriter json, JsonObject value, string objectName, string prefix, ExpandTree expand, SimulatorState state)
    {
        var hidden = prefix.Length == 0 ? Expandable.Hidden(objectName) : [];
        json.WriteStartObject();
        foreach (var (name, member) in value)
        {
            var wanted = expand.Children.GetValueOrDefault(name);
            if (wanted is null && hidden.Count > 0 && hidden.Contains(name)) continue;
            json.WritePropertyName(name);
            if (wanted is not null && member is JsonObject nested && !hidden.Contains(name))
                WriteMembers(json, nested, objectName, $"{prefix}{name}.", wanted, state);
            else if (wanted is not null && Expandable.Reference(objectName, prefix + name) is { } collection && member is JsonValue id
                && state[collection].Find((string)id!) is { } target)
                Write(json, target.Json, wanted, state);
            else if (member is null)
                json.WriteNullValue();
            else
                member.WriteTo(json);
        }

        json.WriteEndObject();
    }
}
