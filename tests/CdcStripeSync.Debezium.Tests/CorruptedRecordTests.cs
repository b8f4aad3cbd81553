using System.Buffers.Binary;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests;

/// <summary>Damage becomes a dead letter with its reason, and keeps the key where that is whole.</summary>
public sealed class CorruptedRecordTests
{
    private readonly Recording _recording = Recording.Open(Fixtures.Folder("shop-default-identity"));

    [Fact]
    public async Task Value_Truncated_IsUnreadableAtEveryLength()
    {
        var record = AnUpdate();
        var whole = record.Value!.Value;
        for (var length = 5; length < whole.Length; length++)
        {
            var broken = await UnreadableAsync(record with { Value = whole[..length] });
            Assert.Contains("schema id", broken.Error, StringComparison.Ordinal);
            Assert.Contains("byte ", broken.Error, StringComparison.Ordinal);
            Assert.Equal(Row.Of(("id", ColumnValue.Of(1))), broken.Key);
        }
    }

    [Fact]
    public async Task Value_CutWithinAColumn_NamesTheColumnAndTheByte()
    {
        var record = AnUpdate();
        var broken = await UnreadableAsync(record with { Value = record.Value!.Value[..30] });
        Assert.Matches(@"value with schema id \d+: .* at field 'after\.\w+', byte \d+", broken.Error);
        Assert.Equal(new TableId("public", "products"), broken.Table);
    }

    [Fact]
    public async Task Value_WithBytesLeftOver_IsUnreadable()
    {
        var record = AnUpdate();
        var broken = await UnreadableAsync(record with { Value = (byte[])[.. record.Value!.Value.Span, 0] });
        Assert.Contains("1 bytes are left over", broken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Value_WrongMagicByte_IsUnreadable()
    {
        var record = AnUpdate();
        byte[] value = [7, .. record.Value!.Value.Span[1..]];
        var error = (await UnreadableAsync(record with { Value = value })).Error;
        Assert.Contains("magic byte is 0x07, expected 0x00", error, StringComparison.Ordinal);
        Assert.Contains("value.converter", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Value_ShorterThanItsFrame_IsUnreadable(int length)
    {
        var broken = await UnreadableAsync(AnUpdate() with { Value = new byte[length] });
        Assert.Contains("expected at least five", broken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Value_UnknownSchemaId_IsUnreadableAndNamesTheId()
    {
        var record = AnUpdate();
        var value = record.Value!.Value.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(1), 424_242);
        Assert.Contains("schema id 424242", (await UnreadableAsync(record with { Value = value })).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Value_UnionIndexOutOfRange_IsUnreadable()
    {
        var record = AnUpdate();
        var value = record.Value!.Value.ToArray();
        value[5] = 8;
        Assert.Contains("union branch 4 of 2", (await UnreadableAsync(record with { Value = value })).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Value_NullWhereTheSchemaHasNone_IsUnreadable()
    {
        const string Nullable = """{"type":"record","name":"Value","fields":[{"name":"id","type":"long"},{"name":"name","type":["null","string"]}]}""";
        const string Strict = """{"type":"record","name":"Value","fields":[{"name":"id","type":"long"},{"name":"name","type":"string"}]}""";
        var value = new AvroEncoder().Frame(1, Nullable, """{"id":1,"name":null}""");
        Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(new FixedSchemas((1, Nullable)), Bare(value)));
        var nulled = new byte[] { 0, 0, 0, 0, 1, 2 };
        var broken = Assert.IsType<DecodedRecord.Unreadable>(await Decoded.OneAsync(new FixedSchemas((1, Strict)), Bare(nulled)));
        Assert.Contains("at field 'name', byte 1", broken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Value_NoRowBehindItsOperation_IsUnreadable()
    {
        const string Schema = """
            {"type":"record","name":"Envelope","fields":[{"name":"after","type":["null",{"type":"record","name":"Value","fields":[{"name":"id","type":"int"}]}]},
             {"name":"source","type":{"type":"record","name":"Source","fields":[{"name":"schema","type":"string"},{"name":"table","type":"string"}]}},{"name":"op","type":"string"}]}
            """;
        var update = new AvroEncoder().Frame(1, Schema, """{"after":null,"source":{"schema":"s","table":"t"},"op":"u"}""");
        Assert.Contains("op 'u' has no after at field 'after', byte 0", Assert.IsType<DecodedRecord.Unreadable>(await Decoded.OneAsync(new FixedSchemas((1, Schema)), Bare(update))).Error, StringComparison.Ordinal);
        var odd = new AvroEncoder().Frame(1, Schema, """{"after":null,"source":{"schema":"s","table":"t"},"op":"x"}""");
        Assert.Contains("op is 'x', expected one of c u d r t at field 'op', byte 5", Assert.IsType<DecodedRecord.Unreadable>(await Decoded.OneAsync(new FixedSchemas((1, Schema)), Bare(odd))).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_Damaged_SaysThatFollowersAreNotHeldBack()
    {
        var record = AnUpdate();
        var broken = await UnreadableAsync(record with { Key = record.Key!.Value[..5] });
        Assert.Null(broken.Key);
        Assert.StartsWith("key with schema id", broken.Error, StringComparison.Ordinal);
        Assert.Contains("later changes of its row are not held back", broken.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"schema\":1,\"payload\":{\"op\":\"u\",\"source\":{\"table\":3},\"after\":7}}")]
    [InlineData("{\"op\":\"u\",\"source\":{\"table\":\"t\",\"schema\":\"s\"},\"after\":null}")]
    [InlineData("{\"op\":7,\"source\":{}}")]
    public async Task Json_Damaged_IsUnreadable(string json) =>
        Assert.IsType<DecodedRecord.Unreadable>(await Decoded.OneAsync(_recording, Bare(System.Text.Encoding.UTF8.GetBytes(json))));

    private SourceRecord AnUpdate() =>
        _recording.Records().First(r => r.ValueJson is { } v && v.TryGetProperty("op", out var op) && op.GetString() == "u"
            && r.Record.Origin.Topic.EndsWith("products", StringComparison.Ordinal) && r.KeyJson!.Value.GetProperty("id").GetInt64() == 1).Record;

    private async Task<DecodedRecord.Unreadable> UnreadableAsync(SourceRecord record) =>
        Assert.IsType<DecodedRecord.Unreadable>(await Decoded.OneAsync(_recording, record));

    private static SourceRecord Bare(byte[] value) => new(new RecordOrigin("p.public.t", 0, 0), 0, null, value, []);

    [Theory]
    [InlineData(new byte[] { 4 }, "union branch 2 of 2 at field 'after', byte 1")]
    [InlineData(new byte[] { 0, 6 }, "at field 'note', byte 2")]
    [InlineData(new byte[] { 0, 0, 0, 6 }, "at field 'op', byte 4")]
    [InlineData(new byte[] { 2, 2, 6 }, "at field 'after.geom.wkb', byte 3")]
    public async Task Value_CutAnywhere_NamesTheFieldAndTheByte(byte[] body, string place)
    {
        const string Schema = """
            {"type":"record","name":"Envelope","fields":[{"name":"after","type":["null",{"type":"record","name":"Value","fields":[{"name":"id","type":"int"},
             {"name":"geom","type":{"type":"record","name":"Geometry","fields":[{"name":"wkb","type":"bytes"}]}}]}]},{"name":"note","type":"string"},
             {"name":"source","type":{"type":"record","name":"Source","fields":[{"name":"table","type":"string"}]}},{"name":"op","type":"string"}]}
            """;
        var broken = Assert.IsType<DecodedRecord.Unreadable>(await Decoded.OneAsync(new FixedSchemas((1, Schema)), Bare(AvroEncoder.Frame(1, body))));
        Assert.Contains(place, broken.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"op":"u","source":{"table":"t"},"after":{"c":{"scale":99999999,"value":"AA=="}}}""", "at field 'after.c'")]
    [InlineData("""{"op":"u","source":{"table":"t"},"after":null}""", "at field 'after'")]
    [InlineData("""{"op":"x","source":{"table":"t"}}""", "at field 'op'")]
    public async Task Json_Damaged_NamesTheField(string json, string place)
    {
        var broken = Assert.IsType<DecodedRecord.Unreadable>(await Decoded.OneAsync(_recording, Bare(System.Text.Encoding.UTF8.GetBytes(json))));
        Assert.Contains(place, broken.Error, StringComparison.Ordinal);
    }
}
