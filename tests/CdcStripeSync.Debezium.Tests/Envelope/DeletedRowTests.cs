using System.Text;
using System.Text.Json.Nodes;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Debezium.Tests.Json;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Envelope;

/// <summary>How much of a deleted row is believed: what PostgreSQL's log did not tell was filled in, and must not be taken for the row's own.</summary>
public sealed class DeletedRowTests
{
    private const string ByProduct = """{"type":"record","name":"Key","namespace":"k","fields":[{"name":"product_id","type":"long"}]}""";

    private const string BareSchema = """
        {"type":"record","name":"Value","fields":[{"name":"id","type":{"type":"string","connect.name":"io.debezium.data.Uuid"}},{"name":"product_id","type":"long"},{"name":"sku","type":"string"},
        {"name":"nickname","type":["null","string"]},{"name":"active","type":{"type":"boolean","connect.default":true},"default":true},
        {"name":"loaded_at","type":["null","long"]},{"name":"__deleted","type":["null","string"]},{"name":"__op","type":["null","string"]}]}
        """;

    [Theory]
    [InlineData("shop-full-identity", "avro", true)]
    [InlineData("shop-full-identity", "json", true)]
    [InlineData("shop-full-identity", "json without schemas", false)]
    [InlineData("shop-default-identity", "avro", false)]
    [InlineData("shop-default-identity", "json", false)]
    public async Task DeleteKeyedByAnotherColumn_OfARowWhoseNullableColumnsAreNull_IsKnownByItsBeforeWithFullIdentityOnly(string recording, string format, bool isKnown)
    {
        var opened = Recording.Open(Fixtures.Folder(recording));
        var deletes = (await Decoded.ChangesAsync(recording, "prices")).Where(d => d.Change.Op == ChangeOp.Delete).ToList();
        Assert.Equal(2, deletes.Count);
        foreach (var delete in deletes)
        {
            var schema = opened.SchemaTexts[(int)Convert.ToUInt32(Convert.ToHexString(delete.Record.Value!.Value.Span[1..5]), 16)];
            var value = JsonNode.Parse(delete.Recorded.ValueJson!.Value.GetRawText())!;
            var before = value["before"]!.AsObject().Single().Value!.AsObject();
            foreach (var column in before.Where(c => c.Value is JsonObject).Select(c => c.Key).ToList()) before[column] = null;
            var key = $$"""{"product_id":{{before["product_id"]}} }""";
            var record = delete.Record with
            {
                Key = format == "avro" ? new AvroEncoder().Frame(9_000, ByProduct, key) : Encoding.UTF8.GetBytes(key),
                Value = format switch
                {
                    "avro" => new AvroEncoder().Frame(9_001, schema, value.ToJsonString()),
                    "json" => JsonTwin.Of(schema, value),
                    _ => Encoding.UTF8.GetBytes(JsonNode.Parse(JsonTwin.Of(schema, value))!["payload"]!.ToJsonString()),
                },
            };

            var change = Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(new FixedSchemas((9_000, ByProduct), (9_001, schema)), record)).Event;

            Assert.Equal(isKnown ? delete.Change.RecordKey["id"] : ColumnValue.Unavailable, change.Before!["id"]);
            if (isKnown) Assert.Equal(ColumnValue.Of(10), change.Before["product_id"]);
        }
    }

    [Theory]
    [InlineData("product_id", 10, "TEE", true)]
    [InlineData("id", 10, "TEE", true)]
    [InlineData("id", 0, "", false)]
    public async Task DeleteOfABareRow_IsKnownByItsColumnsWithFullIdentityOnly(string key, int product, string sku, bool isFull)
    {
        var value = $$"""
            {"id":"00000000-0000-4000-8000-000000001001","product_id":{{product}},"sku":"{{sku}}","nickname":null,"active":true,"loaded_at":{"long":1767225600000},
            "__deleted":{"string":"true"},"__op":{"string":"d"} }
            """;
        var keySchema = $$"""{"type":"record","name":"Key","fields":[{"name":"{{key}}","type":{{(key == "id" ? "\"string\"" : "\"long\"")}}}]}""";
        var record = new SourceRecord(
            new RecordOrigin("p.public.prices", 0, 0), 0, new AvroEncoder().Frame(1, keySchema, key == "id" ? """{"id":"00000000-0000-4000-8000-000000001001"}""" : $$"""{"product_id":{{product}} }"""),
            new AvroEncoder().Frame(2, BareSchema, value), []);

        var change = Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(new FixedSchemas((1, keySchema), (2, BareSchema)), record)).Event;

        Assert.Equal(ChangeOp.Delete, change.Op);
        Assert.Equal(ColumnValue.Of("00000000-0000-4000-8000-000000001001"), change.Before!["id"]);
        Assert.Equal(isFull ? ColumnValue.Of(sku) : ColumnValue.Unavailable, change.Before["sku"]);
        Assert.True(change.Before["active"].IsUnavailable);
    }

    [Theory]
    [InlineData("\"long\"", "7", true)]
    [InlineData("\"long\"", "0", false)]
    [InlineData("""{"type":"int","connect.default":5}""", "6", true)]
    [InlineData("""{"type":"int","connect.default":5}""", "5", false)]
    [InlineData("\"string\"", "\"TEE\"", true)]
    [InlineData("\"string\"", "\"\"", false)]
    [InlineData("\"string\"", "\"0.000\"", false)]
    [InlineData("""{"type":"string","connect.default":"draft","connect.name":"io.debezium.data.Enum"}""", "\"active\"", true)]
    [InlineData("""{"type":"string","connect.default":"draft","connect.name":"io.debezium.data.Enum"}""", "\"draft\"", false)]
    [InlineData("""{"type":"string","connect.name":"io.debezium.time.Interval"}""", "\"P0Y0M0DT0H0M0S\"", false)]
    [InlineData("""{"type":"string","connect.name":"io.debezium.time.ZonedTime"}""", "\"00:00:00Z\"", false)]
    [InlineData("""{"type":"bytes","connect.name":"org.apache.kafka.connect.data.Decimal","connect.parameters":{"scale":"2"}}""", "\"\\u0001\"", true)]
    [InlineData("""{"type":"bytes","connect.name":"org.apache.kafka.connect.data.Decimal","connect.parameters":{"scale":"2"}}""", "\"\\u0000\"", false)]
    [InlineData("""{"type":"bytes","connect.name":"org.apache.kafka.connect.data.Decimal","connect.parameters":{"scale":"2"},"connect.default":"\u0001"}""", "\"\\u0001\"", false)]
    [InlineData("""["null","long"]""", """{"long":0}""", true)]
    [InlineData("""["null",{"type":"long","connect.default":5}]""", """{"long":5}""", false)]
    [InlineData("""["null",{"type":"string","connect.parameters":{"masked":"true"}}]""", """{"string":"****"}""", false)]
    [InlineData("""{"type":"string","connect.parameters":{"masked":"true"}}""", "\"****\"", false)]
    public async Task DeletedRowsColumn_IsItsOwnWhereItCannotHaveBeenFilledIn(string type, string value, bool isOwn)
    {
        const string Key = """{"type":"record","name":"Key","fields":[{"name":"id","type":"long"}]}""";
        var schema = $$"""{"type":"record","name":"Value","fields":[{"name":"id","type":"long"},{"name":"c","type":{{type}}},{"name":"__deleted","type":"string"}]}""";
        var record = new SourceRecord(
            new RecordOrigin("p.public.t", 0, 0), 0, new AvroEncoder().Frame(1, Key, """{"id":7}"""), new AvroEncoder().Frame(2, schema, $$"""{"id":7,"c":{{value}},"__deleted":"true"}"""), []);

        var change = Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(new FixedSchemas((1, Key), (2, schema)), record)).Event;

        Assert.Equal((ChangeOp.Delete, isOwn), (change.Op, change.Before!.Has("c")));
    }

    /// <summary>With <c>column.mask.with.4.chars</c> a mask stands also where the log told nothing.</summary>
    [Theory]
    [InlineData("avro")]
    [InlineData("json")]
    public async Task DeletedRow_WithAMaskedColumn_IsNotWholeForIt(string format)
    {
        const string Key = """{"type":"record","name":"Key","fields":[{"name":"id","type":"long"}]}""";
        const string Schema = """
            {"type":"record","name":"Envelope","fields":[{"name":"before","type":["null",{"type":"record","name":"Value","fields":[{"name":"id","type":"long"},{"name":"sku","type":"string"},
            {"name":"note","type":["null",{"type":"string","connect.parameters":{"masked":"true"}}]}]}]},{"name":"after","type":["null","Value"]},
            {"name":"source","type":{"type":"record","name":"Source","fields":[{"name":"connector","type":"string"},{"name":"schema","type":"string"},{"name":"table","type":"string"}]}},
            {"name":"op","type":"string"}]}
            """;
        const string Delete = """
            {"before":{"Value":{"id":7,"sku":"","note":{"string":"****"} } },"after":null,"source":{"connector":"postgresql","schema":"public","table":"products"},"op":"d"}
            """;
        var isAvro = format == "avro";
        var record = new SourceRecord(
            new RecordOrigin("p.public.products", 0, 0), 0, isAvro ? new AvroEncoder().Frame(1, Key, """{"id":7}""") : """{"id":7}"""u8.ToArray(),
            isAvro ? new AvroEncoder().Frame(2, Schema, Delete) : JsonTwin.Of(Schema, JsonNode.Parse(Delete)!), []);

        var change = Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(new FixedSchemas((1, Key), (2, Schema)), record)).Event;

        Assert.Equal(Row.Of(("id", ColumnValue.Of(7))), change.Before);
    }
}
