using System.Text;
using System.Text.Json.Nodes;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Envelope;

/// <summary>How a record without a value, and a bare row that tells its delete, are read in each mode of <c>ExtractNewRecordState</c>.</summary>
public sealed class DeleteModeTests
{
    private const string Tombstones = "shop-unwrap-tombstone";

    [Fact]
    public async Task Tombstone_OfABareRow_IsItsDelete()
    {
        var deletes = (await Decoded.AllAsync(Tombstones)).Where(d => d.Record.Value is null).ToList();
        Assert.Equal(5, deletes.Count);
        Assert.All(deletes, d =>
        {
            Assert.Equal(ChangeOp.Delete, d.Change.Op);
            Assert.Equal(d.Change.RecordKey, d.Change.Before);
            Assert.Equal("public", d.Change.Table.Schema);
            Assert.Equal(new SourcePosition(PositionKind.Offset, (ulong)d.Record.Origin.Partition, (ulong)d.Record.Origin.Offset, 0, d.Record.Origin.Topic), d.Change.Position);
        });
        Assert.Equal(Row.Of(("id", ColumnValue.Of(40))), deletes.Single(d => d.Change.NewKey is not null).Change.NewKey);
    }

    [Theory]
    [InlineData(Tombstones, true)]
    [InlineData("shop-default-identity", false)]
    [InlineData("shop-one-topic", false)]
    public async Task Tombstone_ReadFirst_IsToldByTheTopicsNewestSchema(string recording, bool isDelete)
    {
        var opened = Recording.Open(Fixtures.Folder(recording));
        var tombstone = opened.Records().First(r => r.Record.Value is null).Record;
        Assert.Equal(isDelete, await Decoded.OneAsync(opened, tombstone) is DecodedRecord.Change { Event.Op: ChangeOp.Delete });
    }

    [Theory]
    [InlineData(TombstoneMeaning.Delete, true)]
    [InlineData(TombstoneMeaning.AfterDelete, false)]
    public async Task Tombstone_WithItsMeaningConfigured_HasThat(TombstoneMeaning meaning, bool isDelete)
    {
        foreach (var recording in new[] { Tombstones, "shop-default-identity" })
        {
            var tombstones = (await Decoded.AllAsync(recording, new DecoderOptions { Tombstones = meaning })).Where(d => d.Record.Value is null).ToList();
            Assert.Equal(5, tombstones.Count);
            Assert.All(tombstones, d => Assert.Equal(isDelete, d.IsChange));
        }
    }

    [Fact]
    public async Task Tombstone_AfterARewrittenDelete_IsNothingNew()
    {
        var opened = Recording.Open(Fixtures.Folder("shop-unwrap-rewrite"));
        var decoder = new DebeziumDecoder(opened, new DecoderOptions());
        var deletes = 0;
        foreach (var recorded in opened.Records())
        {
            if (await decoder.DecodeAsync(recorded.Record, CancellationToken.None) is not DecodedRecord.Change { Event.Op: ChangeOp.Delete }) continue;
            deletes++;
            var after = await decoder.DecodeAsync(recorded.Record with { Value = null }, CancellationToken.None);
            Assert.Equal(SkippedKind.Tombstone, Assert.IsType<DecodedRecord.Skipped>(after).Kind);
        }

        Assert.Equal(5, deletes);
    }

    [Fact]
    public async Task Tombstone_WithItsPositionInAHeader_HasIt()
    {
        var tombstone = (await Decoded.AllAsync(Tombstones)).First(d => d.Record.Value is null).Record;
        var record = tombstone with { Headers = [.. tombstone.Headers, Header("__lsn", "4711"), Header("__op", "d"), Header("__source_ts_ms", "1795238004000")] };
        var change = ((DecodedRecord.Change)await Decoded.OneAsync(Recording.Open(Fixtures.Folder(Tombstones)), record)).Event;
        Assert.Equal(SourcePosition.OfLsn(4711), change.Position);
        Assert.Equal(Instant.FromMillis(1795238004000), change.CommittedAt);
    }

    [Theory]
    [InlineData("""{"id":7}""", """{"id":7,"name":"x"}""")]
    [InlineData("""{"schema":{"type":"struct","fields":[{"type":"int64","field":"id"}]},"payload":{"id":7}}""", """{"schema":{"type":"struct","fields":[{"type":"int64","field":"id"},{"type":"string","field":"name"}]},"payload":{"id":7,"name":"x"}}""")]
    public async Task Tombstone_OfABareJsonRow_IsItsDelete(string key, string value)
    {
        var decoder = new DebeziumDecoder(new FixedSchemas(), new DecoderOptions { TopicPrefix = "p" });
        var row = Json(key, value);
        Assert.Equal(ChangeOp.Update, ((DecodedRecord.Change)await decoder.DecodeAsync(row, CancellationToken.None)).Event.Op);
        var deleted = ((DecodedRecord.Change)await decoder.DecodeAsync(row with { Value = null }, CancellationToken.None)).Event;
        Assert.Equal((ChangeOp.Delete, new TableId("s", "t"), Row.Of(("id", ColumnValue.Of(7)))), (deleted.Op, deleted.Table, deleted.Before!));
    }

    [Theory]
    [InlineData("null")]
    [InlineData(" null\n")]
    public async Task Tombstone_WrittenAsJsonsNull_IsWhatATombstoneIs(string value)
    {
        var decoder = new DebeziumDecoder(new FixedSchemas(), new DecoderOptions());
        var row = Json("""{"id":7}""", """{"id":7,"name":"x"}""");
        await decoder.DecodeAsync(row, CancellationToken.None);
        var deleted = Assert.IsType<DecodedRecord.Change>(await decoder.DecodeAsync(row with { Value = Encoding.UTF8.GetBytes(value) }, CancellationToken.None)).Event;
        Assert.Equal((ChangeOp.Delete, Row.Of(("id", ColumnValue.Of(7)))), (deleted.Op, deleted.Before!));

        var envelope = row with { Origin = new RecordOrigin("p.s.u", 0, 0), Value = """{"op":"c","source":{"schema":"s","table":"u"},"after":{"id":7}}"""u8.ToArray() };
        await decoder.DecodeAsync(envelope, CancellationToken.None);
        Assert.Equal(new DecodedRecord.Skipped(SkippedKind.Tombstone), await decoder.DecodeAsync(envelope with { Value = Encoding.UTF8.GetBytes(value) }, CancellationToken.None));
    }

    [Theory]
    [InlineData("name", true)]
    [InlineData("__deleted", false)]
    public async Task Tombstone_WrittenAsAvrosNull_IsWhatItsSchemaSaysOfTheTopic(string column, bool isDelete)
    {
        var schema = $$"""["null",{"type":"record","name":"Value","fields":[{"name":"id","type":"long"},{"name":"{{column}}","type":"string"}]}]""";
        var record = Json("""{"id":7}""", "") with { Value = new AvroEncoder().Frame(1, schema, "null") };
        var decoded = await Decoded.OneAsync(new FixedSchemas((1, schema)), record);
        Assert.Equal(isDelete, decoded is DecodedRecord.Change { Event: { Op: ChangeOp.Delete, MayFollowDelete: false } });
        Assert.Equal(!isDelete, decoded is DecodedRecord.Skipped { Kind: SkippedKind.Tombstone });
    }

    [Fact]
    public async Task Tombstone_WithASchemaAroundIt_AndAKeyInAvro_IsItsDelete()
    {
        const string Key = """{"type":"record","name":"Key","fields":[{"name":"id","type":"long"}]}""";
        var tombstone = Json("", """{"schema":{"type":"struct","fields":[{"type":"int64","field":"id"}],"optional":true},"payload":null}""") with { Key = new AvroEncoder().Frame(2, Key, """{"id":7}""") };
        var deleted = Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(new FixedSchemas((2, Key)), tombstone)).Event;
        Assert.Equal((ChangeOp.Delete, Row.Of(("id", ColumnValue.Of(7)))), (deleted.Op, deleted.Before!));
    }

    [Fact]
    public async Task Tombstone_AfterAJsonEnvelope_IsNothingNew()
    {
        var tombstones = (await Decoded.AllAsync("shop-json-bare")).Where(d => d.Record.Value is null).ToList();
        Assert.NotEmpty(tombstones);
        Assert.All(tombstones, d => Assert.Equal(SkippedKind.Tombstone, Assert.IsType<DecodedRecord.Skipped>(d.Result).Kind));
    }

    [Theory]
    [InlineData("c", ChangeOp.Create)]
    [InlineData("r", ChangeOp.Read)]
    [InlineData("u", ChangeOp.Update)]
    [InlineData("d", ChangeOp.Delete)]
    public async Task BareRow_WithItsPartsInHeaders_IsReadByThem(string op, ChangeOp expected)
    {
        var row = Json("""{"id":7}""", """{"id":7,"name":"x","__v":3}""") with
        {
            Origin = new RecordOrigin("everything", 1, 5),
            Headers = [Header("__op", op), Header("__table", "t"), Header("__schema", "{\"schema\":{\"type\":\"string\"},\"payload\":\"s\"}"), Header("__lsn", "12"), Header("__source_ts_ms", "1000")],
        };
        var change = ((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas(), row)).Event;
        Assert.Equal((expected, new TableId("s", "t"), SourcePosition.OfLsn(12), Instant.FromMillis(1000)), (change.Op, change.Table, change.Position, change.CommittedAt!.Value));
        if (op != "d") Assert.Equal(Row.Of(("id", ColumnValue.Of(7)), ("name", ColumnValue.Of("x")), ("__v", ColumnValue.Of(3))), change.After);
    }

    [Theory]
    [InlineData("""{"id":7,"name":"x"}""", "Struct{id=40,name=a, b=c}", true)]
    [InlineData("""{"name":"x","id":7}""", "Struct{name=a, b=c,id=40}", true)]
    [InlineData("""{"id":7,"name":"x"}""", "Struct{id=40,name=a,name=b}", false)]
    [InlineData("""{"id":7,"name":"x"}""", "Struct{id=40}", false)]
    [InlineData("""{"id":7,"name":"x"}""", "40", false)]
    public async Task KeyChange_WithItsOldKeyAsJavasText_IsReadWhereItIsCertain(string key, string header, bool isRead)
    {
        var decoded = await Decoded.OneAsync(new FixedSchemas(), Json(key, key) with { Headers = [Header("__debezium.oldkey", header)] });
        Assert.Equal(isRead, decoded is DecodedRecord.Change);
        if (isRead) Assert.Equal((ColumnValue.Of(40), ColumnValue.Of("a, b=c")), (((DecodedRecord.Change)decoded).Event.OldKey!["id"], ((DecodedRecord.Change)decoded).Event.OldKey!["name"]));
    }

    [Theory]
    [InlineData("""{"id":1,"at":"2026-01-01T00:00:00.000000Z","ms":1767225600000,"clock":36000000000,"day":20454}""")]
    [InlineData("Struct{id=1,at=2026-01-01T00:00:00.000000Z,ms=1767225600000,clock=36000000000,day=20454}")]
    public async Task KeyChange_OfAKeyWithTimes_IsReadByWhatTheKeysSchemaSaysOfThem(string header)
    {
        const string Schema = """
            {"type":"record","name":"Value","fields":[{"name":"id","type":"long"},{"name":"at","type":{"type":"string","connect.name":"io.debezium.time.ZonedTimestamp"}},
            {"name":"ms","type":["null",{"type":"long","connect.name":"io.debezium.time.Timestamp"}]},{"name":"clock","type":{"type":"long","connect.name":"io.debezium.time.MicroTime"}},
            {"name":"day","type":{"type":"int","connect.name":"io.debezium.time.Date"}}]}
            """;
        var row = new AvroEncoder().Frame(1, Schema, """{"id":1,"at":"2026-01-01T00:00:00Z","ms":{"long":1767225600000},"clock":36000000000,"day":20454}""");
        var avro = Json("", "") with { Key = row, Value = row, Headers = [Header("__debezium.oldkey", header)] };
        var change = ((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas((1, Schema)), avro)).Event;
        Assert.Equal(5, change.RecordKey.Count);
        Assert.Equal(change.RecordKey, change.OldKey);

        const string InJson = """
            {"schema":{"type":"struct","fields":[{"field":"id","type":"int64"},{"field":"at","type":"string","name":"io.debezium.time.ZonedTimestamp"},{"field":"ms","type":"int64","name":"io.debezium.time.Timestamp"},
            {"field":"clock","type":"int64","name":"io.debezium.time.MicroTime"},{"field":"day","type":"int32","name":"io.debezium.time.Date"}]},
            "payload":{"id":1,"at":"2026-01-01T00:00:00Z","ms":1767225600000,"clock":36000000000,"day":20454}}
            """;
        var json = Json(InJson, InJson) with { Headers = [Header("__debezium.oldkey", header)] };
        Assert.Equal(change.RecordKey, ((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas(), json)).Event.OldKey);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("seven")]
    public async Task BareRow_DeletedWithoutAKeyOfColumns_IsKnownByItsOwn(string? key)
    {
        var row = Json(key ?? "", """{"id":7,"name":"x","__deleted":"true"}""");
        var change = ((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas(), key is null ? row with { Key = null } : row)).Event;
        Assert.Equal((ChangeOp.Delete, ColumnValue.Of(7)), (change.Op, change.Before!["id"]));
    }

    [Theory]
    [InlineData("cdc_", """{"id":7,"cdc_op":"d","__deleted":"true"}""", true)]
    [InlineData("cdc_", """{"id":7,"cdc_deleted":true,"__deleted":"false"}""", false)]
    [InlineData("", """{"id":7,"lsn":4,"__deleted":"true"}""", true)]
    [InlineData("", """{"id":7,"deleted":true,"__deleted":"false"}""", false)]
    public async Task BareRow_UnderAnyPrefix_IsDeletedWhereItsDeletedFieldSaysSo(string prefix, string value, bool isDeleted)
    {
        var change = ((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas(), Json("""{"id":7}""", value), new DecoderOptions { AddedFields = AddedNames.Of(prefix, "") })).Event;
        Assert.Equal(isDeleted, change.Op == ChangeOp.Delete);
        Assert.DoesNotContain("__deleted", change.WriterColumns!);
        if (!isDeleted) Assert.Equal(ColumnValue.Of(true), change.After!["deleted".Insert(0, prefix)]);
    }

    [Theory]
    [InlineData("""{"type":"struct","fields":[{"type":"int64","field":"id"},{"type":"string","field":"name"}],"optional":true,"name":"p.s.t.Value"}""", true, false)]
    [InlineData("""{"type":"struct","fields":[{"type":"int64","field":"id"},{"type":"string","field":"__deleted"}],"optional":true,"name":"p.s.t.Value"}""", false, false)]
    [InlineData("""{"type":"struct","fields":[{"type":"struct","field":"after"},{"type":"struct","field":"source"},{"type":"string","field":"op"}],"name":"p.s.t.Envelope"}""", false, false)]
    [InlineData("null", true, true)]
    public async Task Tombstone_WithASchemaAroundIt_ReadFirst_IsToldByThatSchema(string schema, bool isDelete, bool mayFollowDelete)
    {
        var tombstone = Json("""{"id":7}""", $$"""{"schema":{{schema}},"payload":null}""");
        var decoded = await Decoded.OneAsync(new FixedSchemas(), tombstone);
        Assert.Equal((isDelete, mayFollowDelete), decoded is DecodedRecord.Change { Event: var change } ? (change.Op == ChangeOp.Delete, change.MayFollowDelete) : (false, false));
    }

    [Fact]
    public async Task BareRow_OfMySql_HasItsBinlogPosition()
    {
        var row = Json("""{"id":7}""", """{"id":7,"__op":"u","__table":"t","__db":"shop","__file":"binlog.000003","__pos":77,"__row":2,"__source_server_id":9}""");
        var change = ((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas(), row with { Origin = new RecordOrigin("all", 0, 0) })).Event;
        Assert.Equal(new SourcePosition(PositionKind.Binlog, 3, 77, 2, "9:binlog"), change.Position);
        Assert.Equal(new TableId("shop", "t"), change.Table);
    }

    [Fact]
    public async Task BareRow_InARoutedTopic_IsOfTheTableInItsKey()
    {
        const string Key = """{"id":7,"__dbz__physicalTableIdentifier":"p.s.t"}""";
        var decoder = new DebeziumDecoder(new FixedSchemas(), new DecoderOptions { TopicPrefix = "p" });
        var row = Json(Key, """{"id":7,"name":"x"}""") with { Origin = new RecordOrigin("p.all", 0, 1) };
        var change = ((DecodedRecord.Change)await decoder.DecodeAsync(row, CancellationToken.None)).Event;
        var deleted = ((DecodedRecord.Change)await decoder.DecodeAsync(row with { Value = null }, CancellationToken.None)).Event;
        Assert.Equal((new TableId("s", "t"), new TableId("s", "t")), (change.Table, deleted.Table));
        Assert.Equal((Row.Of(("id", ColumnValue.Of(7))), Row.Of(("id", ColumnValue.Of(7)))), (change.RecordKey, deleted.Before!));
    }

    [Fact]
    public async Task RoutedKeys_AreTheRowsKeysAlone()
    {
        var changes = (await Decoded.AllAsync("shop-one-topic")).Where(d => d.IsChange && d.Change.Op != ChangeOp.Truncate).ToList();
        Assert.NotEmpty(changes);
        Assert.All(changes, d => Assert.Equal(["id"], d.Change.RecordKey.Select(c => c.Key)));
    }

    [Fact]
    public async Task BareRow_WithColumnsNamedLikeAnEnvelope_IsARowWhereThatIsConfigured()
    {
        const string Schema = """{"type":"record","name":"Value","fields":[{"name":"id","type":"int"},{"name":"op","type":"string"},{"name":"source","type":"string"}]}""";
        var record = new SourceRecord(new RecordOrigin("p.s.t", 0, 0), 0, null, new AvroEncoder().Frame(1, Schema, """{"id":1,"op":"sum","source":"web"}"""), []);
        Assert.Equal(ColumnValue.Of("web"), ((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas((1, Schema)), record)).Event.After!["source"]);
        var json = Json("""{"id":1}""", """{"id":1,"op":"sum","source":"web"}""");
        Assert.Equal(ColumnValue.Of("web"), ((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas(), json)).Event.After!["source"]);
        var structured = Json("""{"id":1}""", """{"id":1,"op":"sum","source":{"page":"web"}}""");
        Assert.IsType<DecodedRecord.Unreadable>(await Decoded.OneAsync(new FixedSchemas(), structured));
        Assert.Equal(ColumnValue.Of("sum"), ((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas(), structured, new DecoderOptions { Shape = ValueShape.Row })).Event.After!["op"]);
    }

    private static SourceRecord Json(string key, string value) =>
        new(new RecordOrigin("p.s.t", 0, 3), 0, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), []);

    private static RecordHeader Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));
}
