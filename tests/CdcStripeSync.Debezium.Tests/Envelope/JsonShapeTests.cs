using System.Text;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Debezium.Tests.Json;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Envelope;

/// <summary>Records that are no rows, as JSON: recorded Avro ones written as JsonConverter writes them, with and without schemas.</summary>
public sealed class JsonShapeTests
{
    [Theory]
    [InlineData("shop-default-identity", "__debezium-heartbeat.", SkippedKind.Heartbeat)]
    [InlineData("shop-default-identity", ".transaction", SkippedKind.Transaction)]
    [InlineData("shop-default-identity", ".message", SkippedKind.Message)]
    [InlineData("maria-default", "mshop", SkippedKind.SchemaChange)]
    [InlineData("shop-backfill-by-topic", ".notifications", SkippedKind.Notification)]
    public async Task Record_OfNoRow_IsSkippedByItsKind(string recording, string topic, SkippedKind kind)
    {
        var opened = Recording.Open(Fixtures.Folder(recording));
        var compared = 0;
        foreach (var recorded in opened.Records().Where(r => (r.Record.Origin.Topic == topic || (topic[0] is '.' or '_' && r.Record.Origin.Topic.Contains(topic, StringComparison.Ordinal))) && r.ValueJson is not null))
        {
            var id = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(recorded.Record.Value!.Value.Span[1..]);
            var twin = System.Text.Json.Nodes.JsonNode.Parse(JsonTwin.Of(opened.SchemaTexts[id], System.Text.Json.Nodes.JsonNode.Parse(recorded.ValueJson!.Value.GetRawText())!))!;
            foreach (var text in new[] { twin.ToJsonString(), twin["payload"]!.ToJsonString() })
            {
                var decoded = await Decoded.OneAsync(opened, recorded.Record with { Key = null, Value = Encoding.UTF8.GetBytes(text) });
                Assert.Equal(kind, Assert.IsType<DecodedRecord.Skipped>(decoded).Kind);
            }

            compared++;
        }

        Assert.True(compared > 0);
    }

    [Theory]
    [InlineData(ValueShape.Found)]
    [InlineData(ValueShape.Envelope)]
    [InlineData(ValueShape.Row)]
    public async Task Signal_InItsTopic_IsSkipped(ValueShape shape)
    {
        var opened = Recording.Open(Fixtures.Folder("shop-backfill-by-topic"));
        var signal = opened.Records().Single(r => r.Record.Origin.Topic == "shop_backfill2.signals").Record;
        Assert.Equal(new DecodedRecord.Skipped(SkippedKind.Signal), await Decoded.OneAsync(opened, signal, new DecoderOptions { TopicPrefix = "shop_backfill2", Shape = shape }));
    }

    [Theory]
    [InlineData("shop.signals", "other", """{"type":"execute-snapshot","data":{}}""")]
    [InlineData("shop.signals", null, """{"type":"execute-snapshot","data":{}}""")]
    [InlineData("shop.signals", "shop", """{"type":"execute-snapshot","data":{},"more":1}""")]
    [InlineData("shop.signals", "shop", """{"id":7,"data":{}}""")]
    public async Task Signal_ThatIsHardlyOne_IsKeptWithWhatToDo(string topic, string? key, string value)
    {
        var record = new SourceRecord(new RecordOrigin(topic, 0, 0), 0, key is null ? (ReadOnlyMemory<byte>?)null : Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), []);
        var unreadable = Assert.IsType<DecodedRecord.Unreadable>(await Decoded.OneAsync(new FixedSchemas(), record, new DecoderOptions { TopicPrefix = "shop" }));
        Assert.Contains("take it out of kafka.topics", unreadable.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_LikeASignal_InATablesTopic_IsARow()
    {
        var row = new SourceRecord(new RecordOrigin("shop.public.signals", 0, 0), 0, "shop"u8.ToArray(), """{"id":"shop","type":"a","data":"b"}"""u8.ToArray(), []);
        Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(new FixedSchemas(), row, new DecoderOptions { TopicPrefix = "shop" }));
    }

    [Fact]
    public async Task Row_WithColumnsLikeAMarkers_IsARow()
    {
        var row = new SourceRecord(new RecordOrigin("p.s.jobs", 0, 0), 0, null, """{"id":1,"status":"END","event_count":3,"owner":"ada"}"""u8.ToArray(), []);
        Assert.Equal(ColumnValue.Of("ada"), ((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas(), row)).Event.After!["owner"]);
    }
}
