using System.Text;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Envelope;

/// <summary>Connect sets key.converter and value.converter apart: Avro values come with JSON keys, or with plain text.</summary>
public sealed class MixedConverterTests
{
    private readonly Recording _recording = Recording.Open(Fixtures.Folder("shop-default-identity"));

    [Theory]
    [InlineData("{\"id\":1}")]
    [InlineData("{\"schema\":{\"type\":\"struct\",\"fields\":[{\"type\":\"int64\",\"field\":\"id\"}]},\"payload\":{\"id\":1}}")]
    public async Task Value_InAvroWithAKeyInJson_IsReadWithItsKey(string key)
    {
        var change = await ChangeAsync(Update() with { Key = Encoding.UTF8.GetBytes(key) });
        Assert.Equal(Row.Of(("id", ColumnValue.Of(1))), change.RecordKey);
        Assert.Equal(ColumnValue.Of(1), change.After!["id"]);
    }

    /// <summary><c>column.exclude.list</c> takes a column out of the row, and leaves it in the key.</summary>
    [Theory]
    [InlineData("""{"op":"c","source":{"schema":"s","table":"t"},"after":{"name":"x"}}""")]
    [InlineData("""{"name":"x"}""")]
    public async Task KeysColumn_ThatIsNotInTheRow_IsTheRowsAllTheSame(string value)
    {
        var change = await ChangeAsync(new SourceRecord(new RecordOrigin("p.s.t", 0, 0), 0, "{\"id\":7}"u8.ToArray(), Encoding.UTF8.GetBytes(value), []));
        Assert.Equal(Row.Of(("id", ColumnValue.Of(7)), ("name", ColumnValue.Of("x"))), change.After);
        Assert.True(change.WriterColumns!.SetEquals(["id", "name"]));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("Struct{id=1}")]
    [InlineData("\"1\"")]
    public async Task Value_InAvroWithAKeyOfText_IsReadByItself(string key)
    {
        var change = await ChangeAsync(Update() with { Key = Encoding.UTF8.GetBytes(key) });
        Assert.Empty(change.RecordKey);
        Assert.Equal(ColumnValue.Of(1), change.After!["id"]);
    }

    [Fact]
    public async Task Delete_WithAKeyOfOneAvroValue_IsKnownByItsBefore()
    {
        var delete = _recording.Records().Select(r => r.Record).First(r => r.Origin.Topic == "shop.public.customers" && Said(r, "d"));
        var known = await ChangeAsync(delete);
        var alone = (DecodedRecord.Change)await Decoded.OneAsync(new SchemasAnd(_recording, 9_000, "\"long\""), delete with { Key = AvroEncoder.Frame(9_000, [8]) });
        Assert.Empty(alone.Event.RecordKey);
        Assert.Equal(known.Before!["id"], alone.Event.Before!["id"]);
    }

    [Fact]
    public async Task Delete_InAvroWithAKeyInJson_TrustsOnlyTheKeysColumns()
    {
        var delete = _recording.Records().Select(r => r.Record).First(r => r.Origin.Topic == "shop.public.customers" && Said(r, "d"));
        var change = await ChangeAsync(delete with { Key = "{\"id\":4}"u8.ToArray() });
        Assert.Equal(["id"], change.Before!.Columns);
    }

    [Fact]
    public async Task Value_ThatCannotBeRead_KeepsItsKeyInJson()
    {
        var broken = Assert.IsType<DecodedRecord.Unreadable>(await Decoded.OneAsync(_recording, Update() with { Key = "{\"id\":1}"u8.ToArray(), Value = new byte[] { 7, 1 } }));
        Assert.Equal(Row.Of(("id", ColumnValue.Of(1))), broken.Key);
    }

    [Fact]
    public async Task Tombstone_WithAKeyOfText_AfterItsDelete_IsSkipped()
    {
        var decoder = new DebeziumDecoder(_recording, new DecoderOptions());
        var update = Update() with { Key = "1"u8.ToArray() };
        await decoder.DecodeAsync(update, CancellationToken.None);
        Assert.Equal(new DecodedRecord.Skipped(SkippedKind.Tombstone), await decoder.DecodeAsync(update with { Value = null }, CancellationToken.None));
    }

    /// <summary>Another source's schemas and one more.</summary>
    private sealed class SchemasAnd(ISchemaSource others, int id, string schema) : ISchemaSource
    {
        public ValueTask<SchemaLookup> FindAsync(int asked, CancellationToken cancellationToken) =>
            asked == id ? ValueTask.FromResult(new SchemaLookup(AvroSchema.Parse(schema), null)) : others.FindAsync(asked, cancellationToken);
    }

    private SourceRecord Update() => _recording.Records().Select(r => r.Record).First(r => r.Origin.Topic == "shop.public.products" && Said(r, "u") && r.Value is not null);

    private bool Said(SourceRecord record, string op) =>
        _recording.Records().First(r => r.Record.Origin == record.Origin).ValueJson is { ValueKind: System.Text.Json.JsonValueKind.Object } json && json.GetProperty("op").GetString() == op;

    private async Task<ChangeEvent> ChangeAsync(SourceRecord record) =>
        Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(_recording, record)).Event;

    [Theory]
    [InlineData("00000007")]
    [InlineData("01800007")]
    [InlineData("FFFFFFFF")]
    [InlineData("0000000000000007")]
    [InlineData("00000000010000AA")]
    [InlineData("FFFFFFFFFFFFFFF9")]
    [InlineData("401C000000000000")]
    [InlineData("5374727563747B6E616D653D610A627D")]
    [InlineData("")]
    [InlineData("00004E2000010203")]
    public async Task Value_InAvroWithAKeyOfOneNumberOrText_IsReadByItself(string key)
    {
        var change = await ChangeAsync(Update() with { Key = Convert.FromHexString(key) });
        Assert.Empty(change.RecordKey);
        Assert.Equal(ColumnValue.Of(1), change.After!["id"]);
    }

    /// <summary>Of 16,777,216 times its schema's id and a little more: the bytes are a frame and, with that schema, a key.</summary>
    [Fact]
    public async Task Value_WithAKeyOfANumberThatHappensToBeAFrame_IsReadByItself()
    {
        const string Foreign = """{"type":"record","name":"Key","fields":[{"name":"code","type":"long"}]}""";
        var number = AvroEncoder.Frame(9_000, [0x80, 0x80, 0x01]);
        var change = ((DecodedRecord.Change)await Decoded.OneAsync(new SchemasAnd(_recording, 9_000, Foreign), Update() with { Key = number })).Event;
        Assert.Empty(change.RecordKey);
        const string Same = """{"type":"record","name":"Key","fields":[{"name":"id","type":"long"}]}""";
        Assert.Empty(((DecodedRecord.Change)await Decoded.OneAsync(new SchemasAnd(_recording, 9_000, Same), Update() with { Key = number })).Event.RecordKey);
    }
}
