using System.Buffers;
using System.Text;
using System.Text.Json;
using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Tests.Avro;

/// <summary>Floating point numbers in Avro's JSON encoding, as Java's writer has them: two digits at least, those nearest to the number.</summary>
public sealed class AvroJsonWriterTests
{
    [Theory]
    [InlineData(double.Epsilon, "4.9E-324")]
    [InlineData(double.MaxValue, "1.7976931348623157E+308")]
    [InlineData(1e-322, "9.9E-323")]
    [InlineData(0.1, "0.1")]
    [InlineData(3, "3")]
    [InlineData(1e23, "1E+23")]
    [InlineData(0, "0")]
    public void Double_OfAnySize_IsTheNumberThatJavaWrites(double value, string expected) => Same(expected, "\"double\"", BitConverter.GetBytes(value));

    [Theory]
    [InlineData(float.Epsilon, "1.4E-45")]
    [InlineData(-float.Epsilon, "-1.4E-45")]
    [InlineData(float.MaxValue, "3.4028235E+38")]
    [InlineData(0.2f, "0.2")]
    public void Float_OfAnySize_IsTheNumberThatJavaWrites(float value, string expected) => Same(expected, "\"float\"", BitConverter.GetBytes(value));

    private static void Same(string expected, string schema, byte[] body)
    {
        var text = Written(schema, body);
        using var written = JsonDocument.Parse(text);
        using var java = JsonDocument.Parse(expected);
        Assert.True(JsonElement.DeepEquals(java.RootElement, written.RootElement), text);
    }

    [Fact]
    public void List_OfLinkedRecords_IsWrittenAsDeepAsItMayBeRead()
    {
        const string Node = """{"type":"record","name":"Node","fields":[{"name":"next","type":["null","Node"]}]}""";
        byte[] body = [.. Enumerable.Repeat((byte)2, AvroReader.MaxDepth - 1), 0];
        Assert.EndsWith("null" + new string('}', (2 * AvroReader.MaxDepth) - 1), Written(Node, body), StringComparison.Ordinal);
        Assert.Throws<AvroDataException>(() => Written(Node, [2, .. body]));
    }

    private static string Written(string schema, byte[] body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) AvroJsonWriter.Write(json, AvroSchema.Parse(schema), body);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
