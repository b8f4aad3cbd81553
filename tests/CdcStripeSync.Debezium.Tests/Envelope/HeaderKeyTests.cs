using System.Text;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Envelope;

/// <summary>The key that a half of a key change names in a header: it is of the same kind as the record's own, however either was written.</summary>
public sealed class HeaderKeyTests
{
    private const string Variable = """{"type":"record","name":"VariableScaleDecimal","namespace":"io.debezium.data","connect.name":"io.debezium.data.VariableScaleDecimal","fields":[{"name":"scale","type":"int"},{"name":"value","type":"bytes"}]}""";
    private const string Decimal = """{"type":"bytes","connect.name":"org.apache.kafka.connect.data.Decimal","connect.parameters":{"scale":"0"}}""";
    private const string Date = """{"type":"int","connect.name":"org.apache.kafka.connect.data.Date"}""";
    private const string Time = """{"type":"int","connect.name":"org.apache.kafka.connect.data.Time"}""";
    private const string Timestamp = """{"type":"long","connect.name":"org.apache.kafka.connect.data.Timestamp"}""";

    [Theory]
    [InlineData(Variable, """{"scale":0,"value":"\u0016"}""", """{"id":{"scale":0,"value":"Fg=="}}""")]
    [InlineData(Decimal, "\"\\u0016\"", """{"id":"Fg=="}""")]
    [InlineData(Decimal, "\"\\u0016\"", """{"id":22}""")]
    [InlineData(Decimal, "\"\\u0016\"", """{"schema":{"type":"struct","fields":[{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"0"},"field":"id"}]},"payload":{"id":"Fg=="}}""")]
    [InlineData(Date, "20454", """{"id":2026-01-01}""")]
    [InlineData(Date, "20454", """{"schema":{"type":"struct","fields":[{"type":"int32","name":"org.apache.kafka.connect.data.Date","field":"id"}]},"payload":{"id":20454}}""")]
    [InlineData(Time, "36000000", """{"id":10:00:00.000Z}""")]
    [InlineData(Timestamp, "1767261600000", """{"id":2026-01-01T10:00:00.000Z}""")]
    [InlineData(Timestamp, "1767225600000", """{"id":2026-01-01}""")]
    [InlineData("\"string\"", "\"a\\nb\\tc\\u0022,d\"", "{\"id\":\"a\nb\tc\\\",d\"}")]
    [InlineData("\"string\"", "\"12:30, 2026-01-01\"", """{"id":"12:30, 2026-01-01"}""")]
    public async Task Key_OfAnyWriter_IsTheSameKey(string type, string value, string header)
    {
        var change = Assert.IsType<DecodedRecord.Change>(await AvroAsync(type, value, header)).Event;
        Assert.Equal(change.RecordKey, change.OldKey);
    }

    /// <summary>Connect writes what is before 1970-01-02 without its day.</summary>
    [Theory]
    [InlineData(Date, "0", """{"id":00:00:00.000Z}""")]
    [InlineData(Timestamp, "5", """{"id":00:00:00.005Z}""")]
    [InlineData(Date, "20454", "Struct{id=Thu Jan 01 00:00:00 UTC 2026}")]
    [InlineData(Decimal, "\"\\u0016\"", """{"id":{"amount":22}}""")]
    [InlineData("\"long\"", "22", """{"id":"twenty-two"}""")]
    public async Task Key_ThatDoesNotTellItsValue_IsRefused(string type, string value, string header)
    {
        var unreadable = Assert.IsType<DecodedRecord.Unreadable>(await AvroAsync(type, value, header));
        Assert.Contains("__debezium.oldkey", unreadable.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Struct{id=40}", true)]
    [InlineData("""{"id":40}""", true)]
    [InlineData("Struct{id=40,day=20454}", true)]
    [InlineData("Struct{name=a,id=40}", false)]
    [InlineData("Struct{colour=red}", false)]
    public async Task Key_BesideAKeyThatNamesNoColumn_IsReadByTheRowsColumns(string header, bool isRead)
    {
        const string Row = """{"type":"record","name":"Value","fields":[{"name":"id","type":"long"},{"name":"name","type":"string"},{"name":"day","type":{"type":"int","connect.name":"io.debezium.time.Date"}}]}""";
        var record = Record("7"u8.ToArray(), new AvroEncoder().Frame(1, Row, """{"id":7,"name":"x","day":20454}"""), header);
        var decoded = await Decoded.OneAsync(new FixedSchemas((1, Row)), record);
        Assert.Equal(isRead, decoded is DecodedRecord.Change);
        if (decoded is not DecodedRecord.Change { Event: var change }) return;
        Assert.Equal(ColumnValue.Of(40), change.OldKey!["id"]);
        if (change.OldKey.Has("day")) Assert.Equal(change.After!["day"], change.OldKey["day"]);
    }

    private static async Task<DecodedRecord> AvroAsync(string type, string value, string header)
    {
        var schema = $$"""{"type":"record","name":"Value","fields":[{"name":"id","type":{{type}}}]}""";
        var row = new AvroEncoder().Frame(1, schema, $$"""{"id":{{value}}}""");
        return await Decoded.OneAsync(new FixedSchemas((1, schema)), Record(row, row, header));
    }

    private static SourceRecord Record(byte[] key, byte[] value, string header) =>
        new(new RecordOrigin("p.s.t", 0, 3), 0, key, value, [new RecordHeader("__debezium.oldkey", Encoding.UTF8.GetBytes(header))]);
}
