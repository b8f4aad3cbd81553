using System.Text;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests;

/// <summary>JSON and headers that a decoder must survive: it never throws for what the bytes hold.</summary>
public sealed class HostileJsonTests
{
    [Theory]
    [InlineData("""{"op":"c","source":{"schema":"s","table":"t","ts_ms":1,"ts_ms":2},"after":{"id":1}}""")]
    [InlineData("""{"op":"c","source":{"schema":"s","table":"t"},"after":{"id":1,"id":2}}""")]
    public async Task Property_GivenTwice_IsUnreadable(string json) => Assert.IsType<DecodedRecord.Unreadable>(await DecodeAsync(json));

    [Theory]
    [InlineData(2_000_000_000, "AA==")]
    [InlineData(-2_000_000_000, "AQ==")]
    public async Task Scale_BeyondReason_IsUnreadableAtOnce(int scale, string unscaled)
    {
        var json = $$"""{"op":"c","source":{"schema":"s","table":"t"},"after":{"c":{"scale":{{scale}},"value":"{{unscaled}}"} } }""";
        var decoding = Task.Run(async () => await DecodeAsync(json));
        Assert.Same(decoding, await Task.WhenAny(decoding, Task.Delay(TimeSpan.FromMinutes(1))));
        Assert.IsType<DecodedRecord.Unreadable>(await decoding);
    }

    [Theory]
    [InlineData("""{"scale":2,"value":"kg"}""")]
    [InlineData("""{"scale":1.5,"value":"AA=="}""")]
    public async Task Structure_ThatIsNoDecimalOfAnyScale_IsJson(string structure)
    {
        var change = Assert.IsType<DecodedRecord.Change>(await DecodeAsync($$"""{"op":"c","source":{"schema":"s","table":"t"},"after":{"c":{{structure}} } }"""));
        Assert.Equal(ColumnValue.Json(structure), change.Event.After!["c"]);
    }

    [Theory]
    [InlineData(4_000, true)]
    [InlineData(500_000, false)]
    public async Task Decimal_OfManyBytes_IsReadOrRefusedAtOnce(int bytes, bool isRead)
    {
        const string Schema = """{"type":"record","name":"Value","fields":[{"name":"c","type":{"type":"bytes","connect.name":"org.apache.kafka.connect.data.Decimal","connect.parameters":{"scale":"2"}}}]}""";
        var record = new SourceRecord(new RecordOrigin("p.s.t", 0, 0), 0, null, new AvroEncoder().Frame(1, Schema, $$"""{"c":"{{new string('1', bytes)}}"}"""), []);
        var decoding = Task.Run(async () => await Decoded.OneAsync(new FixedSchemas((1, Schema)), record));
        Assert.Same(decoding, await Task.WhenAny(decoding, Task.Delay(TimeSpan.FromMinutes(1))));
        Assert.Equal(isRead, await decoding is DecodedRecord.Change);
    }

    [Theory]
    [InlineData("""{"id":1,"id":2}""")]
    [InlineData("""{"id":1e99999}""")]
    [InlineData("""{"id":1e-2147483648}""")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task Header_Damaged_IsUnreadable(string header)
    {
        var delete = (await Decoded.AllAsync("shop-default-identity")).First(d => d.IsChange && d.Change.NewKey is not null);
        var record = delete.Record with { Headers = [new RecordHeader("__debezium.newkey", Encoding.UTF8.GetBytes(header))] };
        Assert.IsType<DecodedRecord.Unreadable>(await Decoded.OneAsync(Recording.Open(Fixtures.Folder("shop-default-identity")), record));
    }

    [Fact]
    public async Task JsonRecordings_Mutated_NeverThrow()
    {
        var recording = Recording.Open(Fixtures.Folder("shop-json-bare"));
        var decoder = new DebeziumDecoder(recording, new DecoderOptions());
        var originals = recording.Records().Select(r => r.Record).Where(r => r.Value is not null).ToList();
        var random = new Random(3);
        for (var i = 0; i < 30_000; i++)
        {
            var original = originals[random.Next(originals.Count)];
            var value = original.Value!.Value.ToArray();
            for (var n = random.Next(1, 3); n > 0; n--) value[random.Next(1, value.Length)] = (byte)random.Next(32, 127);
            await decoder.DecodeAsync(original with { Value = value }, CancellationToken.None);
        }
    }

    private static async Task<DecodedRecord> DecodeAsync(string json) =>
        await Decoded.OneAsync(new FixedSchemas(), new SourceRecord(new RecordOrigin("p.s.t", 0, 0), 0, null, Encoding.UTF8.GetBytes(json), []));

    [Fact]
    public async Task Sequence_OfHalfACharacter_IsNoPosition()
    {
        const string Schema = """
            {"type":"record","name":"Envelope","fields":[{"name":"after","type":["null",{"type":"record","name":"Value","fields":[{"name":"id","type":"int"}]}]},
             {"name":"source","type":{"type":"record","name":"Source","fields":[{"name":"schema","type":"string"},{"name":"table","type":"string"},{"name":"lsn","type":["null","long"]},{"name":"sequence","type":"string"}]}},
             {"name":"op","type":"string"}]}
            """;
        var value = new AvroEncoder().Frame(1, Schema, """{"after":{"Value":{"id":1}},"source":{"schema":"s","table":"t","lsn":null,"sequence":"[\"1\",\"\\ud83d\"]"},"op":"u"}""");
        var change = Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(new FixedSchemas((1, Schema)), new SourceRecord(new RecordOrigin("p.s.t", 0, 9), 0, null, value, []))).Event;
        Assert.Equal(new SourcePosition(PositionKind.Offset, 0, 9, 0, "p.s.t"), change.Position);
    }

    [Theory]
    [InlineData("""{"op":"c","source":{"db":"shop_\u0000","table":"products"},"after":{"id":1}}""")]
    [InlineData("""{"op":"c","source":{"schema":"shop_\u0000","table":"products"},"after":{"id":1}}""")]
    [InlineData("""{"op":"d","source":{"schema":"shop_1","table":"products\n"},"before":{"id":1},"after":null}""")]
    [InlineData("""{"id":1,"__table":"products\u0000"}""")]
    public async Task TableName_WithAControlCharacter_IsUnreadable_AndOfNoTable(string json)
    {
        var decoder = new DebeziumDecoder(new FixedSchemas(), new DecoderOptions(), _ => true);
        var unreadable = Assert.IsType<DecodedRecord.Unreadable>(await decoder.DecodeAsync(new SourceRecord(new RecordOrigin("p.s.t", 0, 0), 0, null, Encoding.UTF8.GetBytes(json), []), CancellationToken.None));
        Assert.Contains("control character", unreadable.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(unreadable.Error, char.IsControl);
        Assert.Null(unreadable.Table);
    }

    [Fact]
    public async Task TableName_WithAControlCharacterInTheKeyOfAnUnreadableRecord_IsNotKept()
    {
        var key = """{"id":1,"__dbz__physicalTableIdentifier":"p.shop_\u0000.products"}"""u8.ToArray();
        var record = new SourceRecord(new RecordOrigin("p.all", 0, 0), 0, key, """{"op":"x","source":{"db":"shop_1","table":"products"},"after":{"id":1}}"""u8.ToArray(), []);
        var unreadable = Assert.IsType<DecodedRecord.Unreadable>(await Decoded.OneAsync(new FixedSchemas(), record));
        Assert.Equal((null, null), (unreadable.Table, unreadable.Key));
    }

    [Fact]
    public async Task AddedHeader_OfHalfACharacter_IsItsText()
    {
        const string Schema = """{"type":"record","name":"Value","fields":[{"name":"id","type":"int"}]}""";
        var row = new AvroEncoder().Frame(1, Schema, """{"id":1}""");
        var decoder = new DebeziumDecoder(new FixedSchemas((1, Schema)), new DecoderOptions());
        var record = new SourceRecord(new RecordOrigin("p.s.t", 0, 9), 0, row, row, [new RecordHeader("__op", "\"\\ud83d\""u8.ToArray())]);
        Assert.Equal(ChangeOp.Update, Assert.IsType<DecodedRecord.Change>(await decoder.DecodeAsync(record, CancellationToken.None)).Event.Op);
        Assert.Equal(ChangeOp.Delete, Assert.IsType<DecodedRecord.Change>(await decoder.DecodeAsync(record with { Value = null }, CancellationToken.None)).Event.Op);
    }

    [Fact]
    public async Task Failure_ThatNobodyThoughtOf_IsUnreadable_AndTheRegistrysIsNot()
    {
        var record = new SourceRecord(new RecordOrigin("p.s.t", 0, 9), 0, null, AvroEncoder.Frame(1, [2]), []);
        var unreadable = Assert.IsType<DecodedRecord.Unreadable>(await Decoded.OneAsync(new FailingSchemas(new NotSupportedException("never heard of it")), record));
        Assert.Contains("never heard of it", unreadable.Error, StringComparison.Ordinal);
        Assert.Equal(new TableId("s", "t"), unreadable.Table);
        await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(() => Decoded.OneAsync(new FailingSchemas(new SchemaRegistryUnavailableException("away")), record));
        await Assert.ThrowsAsync<OperationCanceledException>(() => Decoded.OneAsync(new FailingSchemas(new OperationCanceledException()), record));
    }

    private sealed class FailingSchemas(Exception failure) : ISchemaSource
    {
        public ValueTask<SchemaLookup> FindAsync(int id, CancellationToken cancellationToken) => throw failure;
    }
}
