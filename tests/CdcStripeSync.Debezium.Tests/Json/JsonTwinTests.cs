using System.Text.Json.Nodes;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Json;

public sealed class JsonTwinTests
{
    [Theory]
    [InlineData("types-precise-adaptive")]
    [InlineData("types-microseconds")]
    [InlineData("types-nanoseconds")]
    [InlineData("types-double-connect")]
    [InlineData("types-string-isostring")]
    [InlineData("maria-default")]
    [InlineData("maria-decimal-string")]
    [InlineData("shop-default-identity")]
    [InlineData("shop-unwrap-rewrite")]
    public async Task Change_AsAvroOrAsJsonWithItsSchema_IsTheSame(string name)
    {
        var recording = Recording.Open(Fixtures.Folder(name));
        var compared = 0;
        foreach (var avro in (await Decoded.AllAsync(name)).Where(d => d.IsChange))
        {
            var value = JsonTwin.Of(recording.SchemaTexts[Id(avro.Record.Value!.Value)], JsonNode.Parse(avro.Recorded.ValueJson!.Value.GetRawText())!);
            ReadOnlyMemory<byte>? key = avro.Record.Key is { } k
                ? (ReadOnlyMemory<byte>?)JsonTwin.Of(recording.SchemaTexts[Id(k)], JsonNode.Parse(avro.Recorded.KeyJson!.Value.GetRawText())!)
                : null;
            var json = ((DecodedRecord.Change)await Decoded.OneAsync(recording, avro.Record with { Value = value, Key = key })).Event;
            var expected = avro.Change;
            Assert.Equal(expected.After, json.After);
            Assert.Equal(expected.Before, json.Before);
            Assert.Equal(expected.RecordKey, json.RecordKey);
            Assert.Equal((expected.OldKey, expected.NewKey), (json.OldKey, json.NewKey));
            Assert.Equal((expected.Table, expected.Op, expected.Position, expected.Snapshot, expected.CommittedAt), (json.Table, json.Op, json.Position, json.Snapshot, json.CommittedAt));
            compared++;
        }

        Assert.True(compared > 10);
    }

    private static int Id(ReadOnlyMemory<byte> frame) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(frame.Span[1..]);
}
