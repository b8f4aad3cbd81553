using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests;

public sealed class ExtremesTests
{
    [Theory]
    [InlineData("types-precise-adaptive")]
    [InlineData("types-double-connect")]
    [InlineData("types-string-isostring")]
    public async Task Date_Infinity_IsInfinity(string recording) =>
        Assert.Equal(ColumnValue.Date(long.MaxValue), (await RowAsync(recording, 3))["c_date"]);

    [Fact]
    public async Task Timestamp_NegativeInfinityAsIsoText_IsNegativeInfinity() =>
        Assert.Equal(ColumnValue.Of(Instant.NegativeInfinity), (await RowAsync("types-string-isostring", 3))["c_ts"]);

    [Theory]
    [InlineData("c_date")]
    [InlineData("c_ts")]
    public async Task Years_BeforeChristAsIsoText_AreTheSameAsNumbers(string column) =>
        Assert.Equal((await RowAsync("types-precise-adaptive", 4))[column], (await RowAsync("types-string-isostring", 4))[column]);

    [Theory]
    [InlineData("shop-unwrap-rewrite")]
    [InlineData("shop-unwrap-tombstone")]
    public async Task BareRow_AfterAPrimaryKeyChange_NamesItsOldKey(string recording) =>
        Assert.Equal(Row.Of(("id", ColumnValue.Of(4))), (await Decoded.ChangesAsync(recording, "products")).First(d => d.Change.RecordKey["id"] == ColumnValue.Of(40)).Change.OldKey);

    [Theory]
    [InlineData("int")]
    [InlineData("long")]
    public async Task UnchangedNumberArray_IsUnavailable(string item)
    {
        var schema = $$"""{"type":"record","name":"Value","fields":[{"name":"c","type":{"type":"array","items":["null","{{item}}"]} }]}""";
        var bytes = string.Join(',', "__debezium_unavailable_value"u8.ToArray().Select(b => $$"""{"{{item}}":{{b}} }"""));
        var record = new SourceRecord(new RecordOrigin("p.public.t", 0, 0), 0, null, new AvroEncoder().Frame(1, schema, $$"""{"c":[{{bytes}}]}"""), []);
        Assert.True(((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas((1, schema)), record)).Event.After!["c"].IsUnavailable);
    }

    [Fact]
    public async Task UnchangedUuidArray_IsUnavailable()
    {
        const string Schema = """{"type":"record","name":"Value","fields":[{"name":"c","type":{"type":"array","items":["null",{"type":"string","connect.name":"io.debezium.data.Uuid"}]}}]}""";
        var record = new SourceRecord(new RecordOrigin("p.public.t", 0, 0), 0, null, new AvroEncoder().Frame(1, Schema, $$"""{"c":[{"string":"b68a35a7-17ad-35b3-af2a-ae46edb4545a"}]}"""), []);
        Assert.True(((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas((1, Schema)), record)).Event.After!["c"].IsUnavailable);
    }

    [Fact]
    public async Task Key_Truncated_IsSaidOfTheKey()
    {
        var update = (await Decoded.ChangesAsync("shop-default-identity", "prices"))[0];
        var broken = (DecodedRecord.Unreadable)await Decoded.OneAsync(Recording.Open(Fixtures.Folder("shop-default-identity")), update.Record with { Key = update.Record.Key!.Value[..9] });
        Assert.StartsWith("key ", broken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Array_OfNulls_IsRead()
    {
        var schema = AvroSchema.Parse("""{"type":"array","items":"null"}""");
        var reader = new AvroReader([10, 0]);
        reader.Skip(schema);
        Assert.Equal(0, reader.Remaining);
    }

    [Fact]
    public async Task Array_OfNothingManyTimes_EndsAtOnce()
    {
        var schema = AvroSchema.Parse("""{"type":"array","items":"null"}""");
        using var bytes = new MemoryStream();
        for (var left = 600_000; left > 8; left -= 3) AvroEncoder.WriteLong(bytes, left - 6_000);
        var data = bytes.ToArray();
        var skipping = Task.Run(() =>
        {
            var reader = new AvroReader(data);
            try { reader.Skip(schema); } catch (AvroDataException) { }
        });
        Assert.Same(skipping, await Task.WhenAny(skipping, Task.Delay(TimeSpan.FromMinutes(1))));
    }

    [Fact]
    public void Schema_WithoutAName_IsRefused() => Assert.Throws<AvroSchemaException>(() => AvroSchema.Parse("""{"type":"fixed","name":null,"size":1}"""));

    [Fact]
    public void Json_OfDamagedBytes_NamesTheField()
    {
        var schema = AvroSchema.Parse("""{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"record","name":"S","fields":[{"name":"b","type":"boolean"}]}}]}""");
        var error = Assert.Throws<AvroDataException>(() =>
        {
            using var writer = new System.Text.Json.Utf8JsonWriter(new MemoryStream());
            AvroJsonWriter.Write(writer, schema, new byte[] { 7 });
        });
        Assert.Equal("a.b", error.FieldPath);
    }

    private static async Task<Row> RowAsync(string recording, long id) =>
        (await Decoded.ChangesAsync(recording, "all_types")).First(d => d.Change.RecordKey["id"] == ColumnValue.Of(id)).Change.After!;
}
