using System.Text;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Envelope;

/// <summary>Sources and converters besides those that recordings hold.</summary>
public sealed class OtherConnectorTests
{
    private static readonly SourcePosition Own = new(PositionKind.Offset, 2, 41, 0, "p.s.t");

    [Theory]
    [InlineData("""{"connector":"sqlserver","schema":"dbo","table":"t","change_lsn":"00000027:00000ac0:0002","commit_lsn":"00000027:00000ac0:0003","event_serial_no":"1"}""")]
    [InlineData("""{"connector":"oracle","schema":"S","table":"t","scn":"2122185","commit_scn":"2122190","txId":"6.28.807"}""")]
    [InlineData("""{"connector":"cassandra","keyspace":"k","table":"t","file":"CommitLog-6-1593.log","pos":77}""")]
    [InlineData("""{"connector":"mysql","db":"d","table":"t","file":"","pos":0,"row":0}""")]
    [InlineData("""{"connector":"mysql","db":"d","table":"t","file":"binlog.000003","pos":-57,"row":0}""")]
    [InlineData("""{"connector":"mysql","db":"d","table":"t","file":"binlog.000003","pos":0,"row":1}""")]
    public async Task Position_OfALogThatIsNotKnown_IsTheRecordsOwn(string source) =>
        Assert.Equal(Own, Assert.IsType<DecodedRecord.Change>(await DecodeAsync($$"""{"op":"c","source":{{source}},"after":{"id":1} }""")).Event.Position);

    /// <summary>A connector that begins again writes the same change once more, with a new time: that is looked at only where offsets are.</summary>
    [Theory]
    [InlineData("""{"id":1}""", 1795238004000)]
    [InlineData("""{"id":1,"__lsn":12}""", null)]
    [InlineData("""{"id":1,"__lsn":12,"__source_ts_ms":7}""", 7L)]
    [InlineData("""{"op":"c","source":{"connector":"sqlserver","schema":"dbo","table":"t","ts_ms":7},"after":{"id":1} }""", 7L)]
    public async Task CommitTime_WhereNeitherItNorAPositionIsTold_IsKafkas(string value, long? millis)
    {
        var record = Of(Encoding.UTF8.GetBytes(value), "p.s.t") with { Timestamp = 1795238004000 };
        var change = Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(new FixedSchemas(), record)).Event;
        Assert.Equal(millis is { } at ? Instant.FromMillis(at) : null, change.CommittedAt);
        var untimed = Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(new FixedSchemas(), record with { Timestamp = -1 })).Event;
        Assert.Equal(millis is 7L ? Instant.FromMillis(7) : null, untimed.CommittedAt);
    }

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

    /// <summary>Its <c>db</c> is empty, as <c>source</c>'s of all connectors has one.</summary>
    [Theory]
    [InlineData("shop", true)]
    [InlineData("other", false)]
    public async Task Change_OfVitess_IsOfATableOfItsKeyspace(string keyspace, bool isMapped)
    {
        const string Schema = """
            {"type":"record","name":"Envelope","fields":[{"name":"after","type":["null",{"type":"record","name":"Value","fields":[{"name":"id","type":"int"}]}]},
             {"name":"source","type":{"type":"record","name":"Source","fields":[{"name":"connector","type":"string"},{"name":"db","type":"string"},{"name":"keyspace","type":"string"},{"name":"table","type":"string"}]}},
             {"name":"op","type":"string"}]}
            """;
        var source = $$"""{"connector":"vitess","db":"","keyspace":"{{keyspace}}","table":"t"}""";
        var json = Encoding.UTF8.GetBytes($$"""{"op":"c","source":{{source}},"after":{"id":1} }""");
        var avro = new AvroEncoder().Frame(1, Schema, $$"""{"op":"c","source":{{source}},"after":{"Value":{"id":1} } }""");
        var decoder = new DebeziumDecoder(new FixedSchemas((1, Schema)), new DecoderOptions(), t => t == new TableId("shop", "t"));
        foreach (var value in new[] { json, avro }) Assert.Equal(isMapped, await decoder.DecodeAsync(Of(value), CancellationToken.None) is DecodedRecord.Change);
    }

    /// <summary><c>ReadToInsertEvent</c> makes creates of a snapshot's reads. These end no table.</summary>
    [Theory]
    [InlineData("\"true\"", SnapshotKind.Complete)]
    [InlineData("\"first\"", SnapshotKind.Complete)]
    [InlineData("\"last\"", SnapshotKind.Complete)]
    [InlineData("\"last_in_data_collection\"", SnapshotKind.Complete)]
    [InlineData("\"incremental\"", SnapshotKind.Incremental)]
    [InlineData("\"false\"", SnapshotKind.Streamed)]
    [InlineData("null", SnapshotKind.Streamed)]
    public async Task Create_OfASnapshot_IsNoStreamedChange(string snapshot, SnapshotKind kind)
    {
        var envelope = await DecodeAsync($$"""{"op":"c","source":{"schema":"s","table":"t","snapshot":{{snapshot}}},"after":{"id":1} }""");
        var row = await DecodeAsync($$"""{"id":1,"__op":"c","__source_snapshot":{{snapshot}}}""");
        foreach (var decoded in new[] { envelope, row })
        {
            var change = Assert.IsType<DecodedRecord.Change>(decoded).Event;
            Assert.Equal((ChangeOp.Create, kind), (change.Op, change.Snapshot));
        }
    }

    [Fact]
    public async Task Update_ThatStillSaysItIsOfASnapshot_IsStreamed() =>
        Assert.Equal(SnapshotKind.Streamed, Assert.IsType<DecodedRecord.Change>(await DecodeAsync("""{"op":"u","source":{"schema":"s","table":"t","snapshot":"last"},"after":{"id":1}}""")).Event.Snapshot);

    /// <summary>An index may be PostgreSQL's replica identity: what it does not hold is null in an update's <c>before</c>, or invented where it may not be null.</summary>
    [Theory]
    [InlineData("postgresql", "\"a\"", 3, true)]
    [InlineData("postgresql", "\"\"", 0, false)]
    [InlineData("mysql", "\"\"", 0, true)]
    public async Task Update_BeforeOfIt_HoldsNoValueThatMayBeInvented(string connector, string sku, int size, bool isTold)
    {
        var change = Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(new FixedSchemas(), Keyed(
            """{"id":0}""",
            $$"""{"op":"u","source":{"connector":"{{connector}}","schema":"s","table":"t"},"before":{"id":0,"sku":{{sku}},"size":{{size}},"name":null},"after":{"id":0,"sku":"b","size":4,"name":"x"} }"""))).Event;
        var before = change.Before!;
        Assert.Equal((ColumnValue.Of(0), ColumnValue.Null), (before["id"], before["name"]));
        Assert.Equal((isTold, isTold), (before.Has("sku"), before.Has("size")));
    }

    /// <summary>Apicurio's ExtJsonConverter, in its newer and its older form.</summary>
    [Theory]
    [InlineData("""{"schemaId":3,"payload":{"op":"u","source":{"schema":"s","table":"t"},"after":{"id":7,"name":"x"}}}""")]
    [InlineData("""{"id":3,"payload":{"op":"u","source":{"schema":"s","table":"t"},"after":{"id":7,"name":"x"}}}""")]
    [InlineData("""{"schemaId":3,"payload":{"id":7,"name":"x"}}""")]
    public async Task Value_WithItsSchemasIdAround_IsReadWithoutIt(string value)
    {
        foreach (var key in new[] { """{"schemaId":2,"payload":{"id":7}}""", """{"id":2,"payload":{"id":7}}""" })
        {
            var change = Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(new FixedSchemas(), Keyed(key, value))).Event;
            Assert.Equal((Row.Of(("id", ColumnValue.Of(7))), Row.Of(("id", ColumnValue.Of(7)), ("name", ColumnValue.Of("x")))), (change.RecordKey, change.After!));
        }
    }

    [Fact]
    public async Task Row_ThatMayStandInAWrapper_IsKeptWithWhatToDo_AndReadWhereItsShapeIsTold()
    {
        var record = Keyed("""{"id":3}""", """{"id":3,"payload":{"id":7,"name":"x"}}""");
        Assert.Contains("ExtJsonConverter", Assert.IsType<DecodedRecord.Unreadable>(await Decoded.OneAsync(new FixedSchemas(), record)).Error, StringComparison.Ordinal);
        var row = Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(new FixedSchemas(), record, new DecoderOptions { Shape = ValueShape.Row })).Event.After!;
        Assert.Equal(ColumnValue.Of(3), row["id"]);
    }

    private static SourceRecord Keyed(string key, string value) => Of(Encoding.UTF8.GetBytes(value), "p.s.t") with { Key = Encoding.UTF8.GetBytes(key) };

    [Fact]
    public async Task SchemaHistory_InPlaceOfRows_IsSkipped() => Assert.Equal(
        new DecodedRecord.Skipped(SkippedKind.SchemaChange),
        await DecodeAsync("""{"source":{"server":"p"},"position":{"file":"binlog.000003","pos":154},"ts_ms":1,"databaseName":"d","ddl":"CREATE TABLE t (id int)","tableChanges":[]}"""));

    private static async Task<DecodedRecord> DecodeAsync(string json) =>
        await Decoded.OneAsync(new FixedSchemas(), new SourceRecord(new RecordOrigin("p.s.t", 2, 41), 0, null, Encoding.UTF8.GetBytes(json), []));

    private const string MongoEnvelope = """
        {"type":"record","name":"Envelope","namespace":"m.shop.customers","fields":[{"name":"before","type":["null",{"type":"string","connect.name":"io.debezium.data.Json"}]},
        {"name":"after","type":["null",{"type":"string","connect.name":"io.debezium.data.Json"}]},
        {"name":"source","type":{"type":"record","name":"Source","fields":[{"name":"connector","type":"string"},{"name":"ts_ms","type":"long"},{"name":"db","type":"string"},{"name":"collection","type":"string"},{"name":"ord","type":"int"}]}},
        {"name":"op","type":["null","string"]}]}
        """;

    [Theory]
    [InlineData("customers", true)]
    [InlineData("orders", false)]
    public async Task Document_OfMongoDb_IsARowWhereItsCollectionIsMapped(string collection, bool isMapped)
    {
        var source = $$"""{"connector":"mongodb","ts_ms":1795237765884,"db":"shop","collection":"{{collection}}","ord":1}""";
        var json = Encoding.UTF8.GetBytes($$"""{"before":null,"after":"{\"_id\": 7, \"email\": \"a@b.c\"}","source":{{source}},"op":"c"}""");
        var avro = new AvroEncoder().Frame(1, MongoEnvelope, $$"""{"before":null,"after":{"string":"{\"_id\": 7, \"email\": \"a@b.c\"}"},"source":{{source}},"op":{"string":"c"} }""");
        var unsaid = new AvroEncoder().Frame(1, MongoEnvelope, $$"""{"before":null,"after":null,"source":{{source}},"op":{"string":"u"} }""");
        var decoder = new DebeziumDecoder(new FixedSchemas((1, MongoEnvelope)), new DecoderOptions(), t => t == new TableId("shop", "customers"));
        foreach (var value in new[] { json, avro })
        {
            var decoded = await decoder.DecodeAsync(Of(value), CancellationToken.None);
            if (isMapped) Assert.Equal(Row.Of(("_id", ColumnValue.Of(7)), ("email", ColumnValue.Of("a@b.c"))), Assert.IsType<DecodedRecord.Change>(decoded).Event.After);
            else Assert.Equal(new DecodedRecord.Skipped(SkippedKind.Unmapped), decoded);
        }

        Assert.Equal(isMapped, await decoder.DecodeAsync(Of(unsaid), CancellationToken.None) is DecodedRecord.Unreadable);
    }

    public static TheoryData<byte[]> Events() =>
    [
        AvroEncoder.Frame(2, [4, (byte)'h', (byte)'i']),
        AvroEncoder.Frame(3, [4, 1, 2]),
        "an order, on\ntwo lines"u8.ToArray(),
        "[1,2]"u8.ToArray(),
        """{"schema":{"type":"string"},"payload":"hi"}"""u8.ToArray(),
    ];

    [Theory]
    [MemberData(nameof(Events))]
    public async Task Event_OfAnOutbox_IsSkippedWhereNoTableIsMapped_AndKeptWhereOneIs(byte[] value)
    {
        var decoder = new DebeziumDecoder(new FixedSchemas((2, "\"string\""), (3, "\"bytes\"")), new DecoderOptions(), t => t == new TableId("s", "t"));
        foreach (var topic in new[] { "outbox.event.order", "orders" })
            Assert.Equal(new DecodedRecord.Skipped(SkippedKind.Unmapped), await decoder.DecodeAsync(Of(value, topic), CancellationToken.None));
        Assert.IsType<DecodedRecord.Unreadable>(await decoder.DecodeAsync(Of(value, "p.s.t"), CancellationToken.None));
    }

    [Fact]
    public async Task JavasTextOfARow_IsNeverSkippedForAnEvent()
    {
        var decoder = new DebeziumDecoder(new FixedSchemas(), new DecoderOptions(), t => t == new TableId("s", "t"));
        Assert.IsType<DecodedRecord.Unreadable>(await decoder.DecodeAsync(Of("Struct{after=Struct{id=1},op=c}"u8.ToArray(), "orders"), CancellationToken.None));
    }

    private static SourceRecord Of(byte[] value, string topic = "m.shop.customers") => new(new RecordOrigin(topic, 2, 41), 0, null, value, []);
}
