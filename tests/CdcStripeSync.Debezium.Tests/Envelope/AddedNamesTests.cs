using System.Text;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Envelope;

/// <summary>Parts of the envelope that <c>ExtractNewRecordState</c> adds under names of the operator's choice.</summary>
public sealed class AddedNamesTests
{
    private static readonly DecoderOptions Renamed = new()
    {
        AddedFields = AddedNames.Of("", "op:operation, source.lsn:lsn_at,table:of,source.schema:,"),
        AddedHeaders = AddedNames.Of("cdc_", "source.ts_ms:committed,ts_ms"),
    };

    [Fact]
    public async Task BareJsonRow_WithRenamedParts_IsReadByThem() =>
        Assert.Equal(Expected, Told(await ReadAsync(Encoding.UTF8.GetBytes("""{"id":7,"op":"mine","lsn":1,"operation":"d","lsn_at":12,"of":"t","source_schema":"s"}"""), Renamed)));

    [Fact]
    public async Task BareAvroRow_WithRenamedParts_IsReadByThem()
    {
        const string Schema = """
            {"type":"record","name":"Value","fields":[{"name":"id","type":"int"},{"name":"op","type":"string"},{"name":"lsn","type":"long"},
            {"name":"operation","type":"string"},{"name":"lsn_at","type":"long"},{"name":"of","type":"string"},{"name":"source_schema","type":"string"}]}
            """;
        var value = new AvroEncoder().Frame(1, Schema, """{"id":7,"op":"mine","lsn":1,"operation":"d","lsn_at":12,"of":"t","source_schema":"s"}""");
        Assert.Equal(Expected, Told(await ReadAsync(value, Renamed, (1, Schema))));
    }

    [Fact]
    public async Task Tombstone_WithRenamedHeaders_HasItsPlace()
    {
        var options = new DecoderOptions { AddedHeaders = AddedNames.Of("", "source.lsn:at,table:of,source.db:in"), Tombstones = TombstoneMeaning.Delete };
        var change = await ReadAsync(null, options, [], Header("at", "12"), Header("of", "t"), Header("in", "s"));
        Assert.Equal((ChangeOp.Delete, new TableId("s", "t"), SourcePosition.OfLsn(12)), (change.Op, change.Table, change.Position));
    }

    [Fact]
    public async Task BareRow_WrittenBeforeItsPartsWereRenamed_IsReadByTheirUsualNames()
    {
        var options = new DecoderOptions { AddedFields = AddedNames.Of("__", "op:operation,lsn:at") };
        var change = await ReadAsync(Encoding.UTF8.GetBytes("""{"id":7,"__op":"d","__lsn":12}"""), options);
        Assert.Equal((ChangeOp.Delete, SourcePosition.OfLsn(12)), (change.Op, change.Position));
    }

    [Fact]
    public async Task Prefixes_OfFieldsAndHeaders_AreTheirOwn()
    {
        var options = new DecoderOptions { AddedFields = AddedNames.Of("f_", ""), AddedHeaders = AddedNames.Of("h_", "") };
        var change = await ReadAsync(Encoding.UTF8.GetBytes("""{"id":7,"f_op":"c","h_op":"mine"}"""), options, [], Header("h_lsn", "12"), Header("f_lsn", "13"));
        Assert.Equal((ChangeOp.Create, SourcePosition.OfLsn(12), ColumnValue.Of("mine")), (change.Op, change.Position, change.After!["h_op"]));
    }

    [Theory]
    [InlineData(":", "':' is neither")]
    [InlineData(":operation", "':operation' is neither")]
    [InlineData("op,,lsn", "'' is neither")]
    [InlineData("op:a:b", "'op:a:b' is neither")]
    [InlineData("op:at,source.lsn:at", "'source.lsn:at' takes the name '__at' that another part has")]
    [InlineData("op,lsn:op", "'lsn:op' takes the name '__op'")]
    public void List_ThatTheConnectorCannotMean_IsRefusedWithItsPlace(string list, string told) =>
        Assert.StartsWith(told, Assert.Throws<FormatException>(() => AddedNames.Of("__", list)).Message, StringComparison.Ordinal);

    private static (ChangeOp Op, TableId Table, SourcePosition Position, Instant? At, string Columns) Expected =>
        (ChangeOp.Delete, new TableId("s", "t"), SourcePosition.OfLsn(12), Instant.FromMillis(1000), "id lsn op");

    private static (ChangeOp Op, TableId Table, SourcePosition Position, Instant? At, string Columns) Told(ChangeEvent change) =>
        (change.Op, change.Table, change.Position, change.CommittedAt, string.Join(' ', change.WriterColumns!.Order(StringComparer.Ordinal)));

    private static Task<ChangeEvent> ReadAsync(byte[]? value, DecoderOptions options, params (int Id, string Schema)[] schemas) =>
        ReadAsync(value, options, schemas, Header("cdc_committed", "1000"), Header("cdc_ts_ms", "2000"));

    private static async Task<ChangeEvent> ReadAsync(byte[]? value, DecoderOptions options, (int Id, string Schema)[] schemas, params RecordHeader[] headers)
    {
        var body = value is null ? (ReadOnlyMemory<byte>?)null : value;
        return Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(new FixedSchemas(schemas), new SourceRecord(new RecordOrigin("p.any.other", 0, 3), 0, """{"id":7}"""u8.ToArray(), body, headers), options)).Event;
    }

    private static RecordHeader Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));
}
