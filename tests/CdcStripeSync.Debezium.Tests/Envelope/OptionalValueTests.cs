using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Envelope;

/// <summary>Connect's optional structures are unions with null in Avro, at the top of a value too: the shape is that of what they hold.</summary>
public sealed class OptionalValueTests
{
    private const string Envelope = """
        ["null",{"type":"record","name":"Envelope","namespace":"p.s.t","fields":[
        {"name":"before","type":["null",{"type":"record","name":"Value","fields":[{"name":"id","type":"int"}]}]},
        {"name":"after","type":["null","Value"]},
        {"name":"source","type":{"type":"record","name":"Source","fields":[{"name":"schema","type":"string"},{"name":"table","type":"string"},{"name":"lsn","type":"long"}]}},
        {"name":"op","type":"string"}]}]
        """;

    private const string Row = """["null",{"type":"record","name":"Value","namespace":"p.s.t","fields":[{"name":"id","type":"int"},{"name":"__deleted","type":["null","string"]}]}]""";
    private const string Heartbeat = """["null",{"type":"record","name":"Heartbeat","namespace":"io.debezium.connector.common","fields":[{"name":"ts_ms","type":"long"}]}]""";

    [Fact]
    public async Task Envelope_ThatMayBeNull_IsAnEnvelope()
    {
        var change = Assert.IsType<DecodedRecord.Change>(await DecodeAsync(Envelope, """{"p.s.t.Envelope":{"before":null,"after":{"p.s.t.Value":{"id":7}},"source":{"schema":"s","table":"t","lsn":5},"op":"u"}}""")).Event;
        Assert.Equal((ChangeOp.Update, new TableId("s", "t"), SourcePosition.OfLsn(5), ColumnValue.Of(7)), (change.Op, change.Table, change.Position, change.After!["id"]));
    }

    [Fact]
    public async Task Envelope_ThatIsNull_IsATombstone() =>
        Assert.Equal(new DecodedRecord.Skipped(SkippedKind.Tombstone), await DecodeAsync(Envelope, "null"));

    [Fact]
    public async Task Heartbeat_ThatMayBeNull_IsAHeartbeat() =>
        Assert.Equal(new DecodedRecord.Skipped(SkippedKind.Heartbeat, Instant.FromMillis(9)), await DecodeAsync(Heartbeat, """{"io.debezium.connector.common.Heartbeat":{"ts_ms":9}}"""));

    [Fact]
    public async Task Row_ThatMayBeNullAndTellsItsDeletes_LeavesNothingToItsTombstones()
    {
        var tombstone = new SourceRecord(new RecordOrigin("p.s.t", 0, 1), 0, new AvroEncoder().Frame(2, """{"type":"record","name":"Key","fields":[{"name":"id","type":"int"}]}""", """{"id":7}"""), null, []);
        Assert.Equal(new DecodedRecord.Skipped(SkippedKind.Tombstone), await new DebeziumDecoder(new NewestSchemas(), new DecoderOptions()).DecodeAsync(tombstone, CancellationToken.None));
    }

    private static async Task<DecodedRecord> DecodeAsync(string schema, string json) =>
        await Decoded.OneAsync(new FixedSchemas((1, schema)), new SourceRecord(new RecordOrigin("p.s.t", 0, 0), 0, null, new AvroEncoder().Frame(1, schema, json), []));

    private sealed class NewestSchemas : ISchemaSource
    {
        private readonly FixedSchemas _keys = new((2, """{"type":"record","name":"Key","fields":[{"name":"id","type":"int"}]}"""));

        public ValueTask<SchemaLookup> FindAsync(int id, CancellationToken cancellationToken) => _keys.FindAsync(id, cancellationToken);

        public ValueTask<AvroSchema?> FindValueOfAsync(string topic, string keyName, CancellationToken cancellationToken) => ValueTask.FromResult<AvroSchema?>(AvroSchema.Parse(Row));
    }

    /// <summary>As a topic of several tables is registered where a subject refers to each table's own.</summary>
    [Fact]
    public async Task Envelopes_InAUnionOfSeveral_AreEnvelopes()
    {
        const string Second = """
            {"type":"record","name":"Envelope","namespace":"p.s.u","fields":[{"name":"after","type":["null",{"type":"record","name":"Value","fields":[{"name":"code","type":"string"}]}]},
            {"name":"source","type":"p.s.t.Source"},{"name":"op","type":"string"}]}
            """;
        var both = $"{Envelope[..Envelope.LastIndexOf(']')]},{Second}]";
        var first = Assert.IsType<DecodedRecord.Change>(await DecodeAsync(both, """{"p.s.t.Envelope":{"before":null,"after":{"p.s.t.Value":{"id":7}},"source":{"schema":"s","table":"t","lsn":5},"op":"u"}}""")).Event;
        Assert.Equal((new TableId("s", "t"), ColumnValue.Of(7)), (first.Table, first.After!["id"]));
        var second = Assert.IsType<DecodedRecord.Change>(await DecodeAsync(both, """{"p.s.u.Envelope":{"after":{"p.s.u.Value":{"code":"x"}},"source":{"schema":"s","table":"u","lsn":6},"op":"c"}}""")).Event;
        Assert.Equal((new TableId("s", "u"), ColumnValue.Of("x")), (second.Table, second.After!["code"]));
    }
}
