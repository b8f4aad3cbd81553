using System.Buffers;
using System.Text.Json;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Recordings;

namespace CdcStripeSync.Debezium.Tests.Avro;

/// <summary>What the decoder under test reads, in Avro's JSON encoding.</summary>
internal static class OwnDecoder
{
    public static JsonElement Json(AvroSchema schema, ReadOnlyMemory<byte> body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) AvroJsonWriter.Write(writer, schema, body.Span);
        return JsonElement.Parse(buffer.WrittenSpan, new JsonDocumentOptions { MaxDepth = 1_000 });
    }

    public static void AssertSame(JsonElement expected, JsonElement actual, AvroSchema schema, string what) =>
        Assert.True(OracleJson.Same(expected, actual, schema), $"{what}\nexpected {expected}\nread     {actual}");
}
