using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace CdcStripeSync.Core.Values;

/// <summary>Field values as ordinary JSON, in both directions without loss (numbers exactly, of any size).</summary>
public static class FieldValueJson
{
    public static FieldValue Read(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => FieldValue.Nothing,
        JsonValueKind.True => FieldValue.Of(true),
        JsonValueKind.False => FieldValue.Of(false),
        JsonValueKind.String => FieldValue.Of(json.GetString()!),
        JsonValueKind.Number => FieldValue.Of(ExactDecimal.ParseWritten(json.GetRawText())),
        JsonValueKind.Array => new FieldValue.List([.. json.EnumerateArray().Select(Read)]),
        JsonValueKind.Object => ReadObject(json),
        _ => throw new FormatException($"JSON kind {json.ValueKind} is not a field value"),
    };

    public static FieldValue Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Read(document.RootElement);
    }

    public static void Write(Utf8JsonWriter writer, FieldValue value)
    {
        switch (value)
        {
            case FieldValue.None: writer.WriteNullValue(); break;
            case FieldValue.Text text: writer.WriteStringValue(text.Value); break;
            case FieldValue.Boolean boolean: writer.WriteBooleanValue(boolean.Value); break;
            case FieldValue.Number number: writer.WriteRawValue(number.Value.ToString()); break;
            case FieldValue.List list:
                writer.WriteStartArray();
                foreach (var item in list.Items) Write(writer, item);
                writer.WriteEndArray();
                break;
            case FieldValue.Object o:
                writer.WriteStartObject();
                foreach (var (name, member) in o.Members)
                {
                    writer.WritePropertyName(name);
                    Write(writer, member);
                }

                writer.WriteEndObject();
                break;
            default: throw new InvalidOperationException($"{value.GetType().Name} cannot be written");
        }
    }

    public static string ToJson(FieldValue value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer, value);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static FieldValue.Object ReadObject(JsonElement json)
    {
        var members = ImmutableSortedDictionary.CreateBuilder<string, FieldValue>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject()) members[property.Name] = Read(property.Value);
        return new FieldValue.Object(members.ToImmutable());
    }
}
