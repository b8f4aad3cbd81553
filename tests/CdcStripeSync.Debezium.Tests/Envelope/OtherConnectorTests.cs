using System.Text;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Envelope;

/// <summary>Sources and converters besides those that recordings hold.</summary>
public sealed class OtherConnectorTests
{
    private static readonly SourcePosition Own = new(PositionKind.Offset, 2, 41, 0);

    [Theory]
    [InlineData("""{"connector":"sqlserver","schema":"dbo","table":"t","change_lsn":"00000027:00000ac0:0002","commit_lsn":"00000027:00000ac0:0003","event_serial_no":"1"}""")]
    [InlineData("""{"connector":"oracle","schema":"S","table":"t","scn":"2122185","commit_scn":"2122190","txId":"6.28.807"}""")]
    [InlineData("""{"connector":"cassandra","keyspace":"k","table":"t","file":"CommitLog-6-1593.log","pos":77}""")]
    [InlineData("""{"connector":"mysql","db":"d","table":"t","file":"","pos":0,"row":0}""")]
    public async Task Position_OfALogThatIsNotKnown_IsTheRecordsOwn(string source) =>
        Assert.Equal(Own, Assert.IsType<DecodedRecord.Change>(await DecodeAsync($$"""{"op":"c","source":{{source}},"after":{"id":1} }""")).Event.Position);

    [Theory]
    [InlineData("""{"id":"name:p;lsn:29274832","source":"/debezium/postgresql/p","specversion":"1.0","type":"io.debezium.connector.postgresql.DataChangeEvent","iodebeziumop":"c","iodebeziumtable":"t","data":{"before":null,"after":{"id":1}}}""")]
    [InlineData("""{"id":"name:p;lsn:29274832","source":"/debezium/postgresql/p","specversion":"1.0","type":"io.debezium.postgresql.datachangeevent","datacontenttype":"application/json","iodebeziumop":"c","data":{"schema":{},"payload":{"after":{"id":1}}}}""")]
    [InlineData("""{"id":"name:p;lsn:29274832","source":"/debezium/postgresql/p","specversion":"1.0","type":"io.debezium.connector.postgresql.DataChangeEvent","time":"2026-11-21T12:00:00.000Z","datacontenttype":"application/json","data":{"before":null,"after":{"id":1}}}""")]
    public async Task CloudEvent_InPlaceOfARecord_IsNeverTakenForARow(string json)
    {
        var unreadable = Assert.IsType<DecodedRecord.Unreadable>(await DecodeAsync(json));
        Assert.Contains("value.converter", unreadable.Error, StringComparison.Ordinal);
    }

    /// <summary>As CloudEventsConverter has it with Avro inside and outside; <c>cloudevents.extension.attributes.enable=false</c> leaves the extensions out.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CloudEvent_InAvro_IsNeverTakenForARow(bool hasExtensions)
    {
        var extensions = hasExtensions ? """{"name":"iodebeziumop","type":"string"},{"name":"iodebeziumtable","type":["null","string"]},{"name":"iodebeziumtxid","type":["null","string"],"default":null},""" : "";
        var schema = $$"""
            {"type":"record","name":"Envelope","namespace":"p.s.t.CloudEvents","fields":[{"name":"id","type":"string"},{"name":"source","type":"string"},
            {"name":"specversion","type":"string"},{"name":"type","type":"string"},{"name":"time","type":"string"},{"name":"datacontenttype","type":"string"},
            {"name":"dataschema","type":"string"},{{extensions}}{"name":"data","type":"bytes"}],"connect.version":1,"connect.name":"p.s.t.CloudEvents.Envelope"}
            """;
        const string Event = """
            {"id":"name:p;lsn:29274832;txId:565;sequence:[null,\"29274832\"]","source":"/debezium/postgresql/p","specversion":"1.0","type":"io.debezium.connector.postgresql.DataChangeEvent",
            "time":"2026-11-21T12:00:00.000Z","datacontenttype":"application/avro","dataschema":"http://registry/schemas/ids/1","iodebeziumop":"c","iodebeziumtable":{"string":"t"},"iodebeziumtxid":null,
            "data":"\u0000\u0000\u0000\u0000\u0001\u0002"}
            """;
        var record = new SourceRecord(new RecordOrigin("p.s.t", 2, 41), 0, null, new AvroEncoder().Frame(7, schema, Event), []);
        var unreadable = Assert.IsType<DecodedRecord.Unreadable>(await Decoded.OneAsync(new FixedSchemas((7, schema)), record));
        Assert.StartsWith("value with schema id 7: the value is a CloudEvent", unreadable.Error, StringComparison.Ordinal);
        Assert.Contains("value.converter", unreadable.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SchemaHistory_InPlaceOfRows_IsSkipped() => Assert.Equal(
        new DecodedRecord.Skipped(SkippedKind.SchemaChange),
        await DecodeAsync("""{"source":{"server":"p"},"position":{"file":"binlog.000003","pos":154},"ts_ms":1,"databaseName":"d","ddl":"CREATE TABLE t (id int)","tableChanges":[]}"""));

    private static async Task<DecodedRecord> DecodeAsync(string json) =>
        await Decoded.OneAsync(new FixedSchemas(), new SourceRecord(new RecordOrigin("p.s.t", 2, 41), 0, null, Encoding.UTF8.GetBytes(json), []));
}
