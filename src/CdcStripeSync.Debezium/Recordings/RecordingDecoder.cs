using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Json;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Debezium.Wire;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Recordings;

/// <summary>Records as lines of JSON: key and value in Avro's JSON encoding, or the JSON itself where the record is JSON.</summary>
public sealed class RecordingDecoder(ISchemaSource schemas)
{
    private const string Key = "key";

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>{"topic", "partition", "offset", "key", "value"}</c>, or with <c>"error"</c> in place of key and value.</summary>
    public async ValueTask<string> LineAsync(SourceRecord record, CancellationToken cancellationToken)
    {
        string? key = null, value = null, error = null;
        try
        {
            key = await PartAsync(record.Key, Key, cancellationToken);
            value = await PartAsync(record.Value, "value", cancellationToken);
        }
        catch (Exception e) when (e is AvroDataException or JsonException or FormatException or InvalidOperationException) // the last: text that is not UTF-8
        {
            error = e.Message;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("topic", record.Origin.Topic);
            json.WriteNumber("partition", record.Origin.Partition);
            json.WriteNumber("offset", record.Origin.Offset);
            if (error is null)
            {
                json.WritePropertyName(Key);
                json.WriteRawValue(key ?? "null", skipInputValidation: true);
                json.WritePropertyName("value");
                json.WriteRawValue(value ?? "null", skipInputValidation: true);
            }
            else
            {
                json.WriteString("error", error);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A key of another converter, a number's for one: its bytes as Avro's JSON encoding has bytes.</summary>
    private static string Opaque(ReadOnlySpan<byte> bytes) => JsonSerializer.Serialize(Encoding.Latin1.GetString(bytes));

    private async ValueTask<string?> PartAsync(ReadOnlyMemory<byte>? part, string what, CancellationToken cancellationToken)
    {
        if (part is not { } bytes) return null;
        if (JsonRecordReader.LooksLikeJson(bytes.Span))
        {
            using var document = JsonDocument.Parse(bytes, Recording.Deep);
            return document.RootElement.GetRawText();
        }

        if (PlainText.Of(bytes.Span) is { } text) return JsonSerializer.Serialize(text);
        var isKey = what == Key;
        if (isKey && DebeziumDecoder.IsValueAlone(bytes.Span)) return Opaque(bytes.Span);
        if (ConfluentFrame.TryRead(bytes, out var frame) is { } notFramed) throw new FormatException($"the {what} is not in Confluent's wire format: {notFramed}");
        var found = await schemas.FindAsync(frame.SchemaId, cancellationToken);
        if (isKey && found.Schema is null && DebeziumDecoder.MayBeNumber(bytes.Span)) return Opaque(bytes.Span);
        if (found.Schema is not { } schema) throw new FormatException($"the {what}'s {found.Error}");
        var buffer = new ArrayBufferWriter<byte>();
        try
        {
            using var json = new Utf8JsonWriter(buffer, Plain);
            AvroJsonWriter.Write(json, schema, frame.Body.Span);
        }
        catch (AvroDataException e)
        {
            throw new FormatException($"the {what} with schema id {frame.SchemaId}: {e.Message}", e);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
