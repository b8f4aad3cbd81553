using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace CdcStripeSync.Core.Values;

/// <summary>Column values as JSON: tagged (loses nothing, for the state store) and plain (for people and templates).</summary>
public static class ColumnValueJson
{
    private const int MostNested = 1_000;

    /// <summary>Beyond this a thread does not keep what it wrote into.</summary>
    private const int MostKept = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    /// <summary>Plain JSON of an array or a map: <c>["a","b"]</c>, <c>{"k":"v"}</c>.</summary>
    public static string ToPlainJson(ColumnValue value) => Written(value, WritePlain);

    /// <summary>Plain JSON of an object with these members, in their order.</summary>
    public static string ToPlainJson(IEnumerable<KeyValuePair<string, ColumnValue>> members) => Written(members, static (writer, all) =>
    {
        writer.WriteStartObject();
        foreach (var (name, value) in all)
        {
            writer.WritePropertyName(name);
            WritePlain(writer, value);
        }

        writer.WriteEndObject();
    });

    /// <summary>A record may hold many small structures: a thread keeps its buffer for the next.</summary>
    private static string Written<T>(T content, Action<Utf8JsonWriter, T> write)
    {
        var buffer = _buffer ?? new ArrayBufferWriter<byte>();
        _buffer = null;
        buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(buffer)) write(writer, content);
        var text = Encoding.UTF8.GetString(buffer.WrittenSpan);
        if (buffer.Capacity <= MostKept) _buffer = buffer;
        return text;
    }

    /// <summary>Writes <c>{"t":"decimal","v":"1.5"}</c>; null is <c>null</c>, unavailable is <c>{"t":"unavailable"}</c>.
    /// Booleans, text and 64-bit integers are bare.</summary>
    public static void Write(Utf8JsonWriter writer, ColumnValue value)
    {
        switch (value.Kind)
        {
            case ColumnKind.Null: writer.WriteNullValue(); return;
            case ColumnKind.Boolean: writer.WriteBooleanValue(value.AsBoolean); return;
            case ColumnKind.Text: writer.WriteStringValue(value.AsText); return;
            case ColumnKind.Integer: writer.WriteNumberValue(value.AsInteger); return;
        }

        writer.WriteStartObject();
        writer.WriteString("t", Tag(value.Kind));
        switch (value.Kind)
        {
            case ColumnKind.Unavailable: break;
            case ColumnKind.Decimal: writer.WriteString("v", value.AsDecimal.ToString()); break;
            case ColumnKind.Double: writer.WriteString("v", value.ToText()); break;
            case ColumnKind.Json: writer.WriteString("v", value.AsText); break;
            case ColumnKind.Bytes: writer.WriteBase64String("v", value.AsBytes); break;
            case ColumnKind.Date: writer.WriteNumber("v", value.AsDays); break;
            case ColumnKind.Time: writer.WriteNumber("v", value.AsTimeNanos); break;
            case ColumnKind.Timestamp:
                writer.WriteNumber("v", value.AsInstant.Seconds);
                writer.WriteNumber("n", value.AsInstant.Nanos);
                break;
            case ColumnKind.Array:
                writer.WriteStartArray("v");
                foreach (var item in value.AsArray) Write(writer, item);
                writer.WriteEndArray();
                break;
            case ColumnKind.Map:
                writer.WriteStartObject("v");
                foreach (var (k, v) in value.AsMap) writer.WriteString(k, v);
                writer.WriteEndObject();
                break;
            default: throw new InvalidOperationException($"column kind {value.Kind} cannot be written");
        }

        writer.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static ColumnValue Read(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Null: return ColumnValue.Null;
            case JsonValueKind.True: return ColumnValue.Of(true);
            case JsonValueKind.False: return ColumnValue.Of(false);
            case JsonValueKind.String: return ColumnValue.Of(json.GetString()!);
            case JsonValueKind.Number: return ColumnValue.Of(json.GetInt64());
        }

        var tag = json.GetProperty("t").GetString();
        if (tag == "unavailable") return ColumnValue.Unavailable;
        var v = json.GetProperty("v");
        return tag switch
        {
            "decimal" => ColumnValue.Of(ExactDecimal.ParseWritten(v.GetString()!)),
            "double" => ColumnValue.Of(double.Parse(v.GetString()!, System.Globalization.CultureInfo.InvariantCulture)),
            "json" => ColumnValue.Json(v.GetString()!),
            "bytes" => ColumnValue.Of(v.GetBytesFromBase64()),
            "date" => ColumnValue.Date(v.GetInt64()),
            "time" => ColumnValue.Time(v.GetInt64()),
            "timestamp" => ColumnValue.Of(new Instant(v.GetInt64(), json.GetProperty("n").GetInt32())),
            "array" => ColumnValue.Of(v.EnumerateArray().Select(Read).ToImmutableArray()),
            "map" => ColumnValue.Of(v.EnumerateObject().ToImmutableSortedDictionary(p => p.Name, p => p.Value.GetString(), StringComparer.Ordinal)),
            _ => throw new FormatException($"'{tag}' is not a column kind"),
        };
    }

    /// <summary>Damaged text, or such that nests deeper than anyone reads, is written as the text that it is.</summary>
    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MostNested });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Tag(ColumnKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>Plain JSON: numbers as numbers, dates and times as ISO 8601 text, bytes as base64, unavailable as null.</summary>
    public static void WritePlain(Utf8JsonWriter writer, ColumnValue value)
    {
        switch (value.Kind)
        {
            case ColumnKind.Unavailable or ColumnKind.Null: writer.WriteNullValue(); break;
            case ColumnKind.Boolean: writer.WriteBooleanValue(value.AsBoolean); break;
            case ColumnKind.Integer: writer.WriteNumberValue(value.AsInteger); break;
            case ColumnKind.Decimal: writer.WriteRawValue(value.AsDecimal.ToString()); break;
            case ColumnKind.Double when double.IsFinite(value.AsDouble): writer.WriteRawValue(value.ToText()!); break;
            case ColumnKind.Json when IsJson(value.AsText): writer.WriteRawValue(value.AsText, skipInputValidation: true); break;
            case ColumnKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.AsArray) WritePlain(writer, item);
                writer.WriteEndArray();
                break;
            case ColumnKind.Map:
                writer.WriteStartObject();
                foreach (var (k, v) in value.AsMap) writer.WriteString(k, v);
                writer.WriteEndObject();
                break;
            default: writer.WriteStringValue(value.ToText()); break;
        }
    }
}
