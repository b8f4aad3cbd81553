using System.Text;
using System.Text.Json;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Envelope;

/// <summary>Documents, whose key is the JSON of their <c>_id</c> in a column <c>id</c>.</summary>
public sealed class MongoDbTests
{
    private const string Source = """{"connector":"mongodb","db":"shop","collection":"customers"}""";
    private const string KeySchema = """{"type":"record","name":"Key","fields":[{"name":"id","type":"string"}]}""";
    private const string EnvelopeSchema = """
        {"type":"record","name":"Envelope","fields":[{"name":"before","type":["null","string"]},{"name":"after","type":["null","string"]},
        {"name":"source","type":{"type":"record","name":"Source","fields":[{"name":"connector","type":"string"},{"name":"db","type":"string"},{"name":"collection","type":"string"}]}},
        {"name":"op","type":"string"}]}
        """;

    [Theory]
    [InlineData("7", false)]
    [InlineData("77", true)]
    [InlineData("\"seven\"", false)]
    [InlineData("""{"$oid": "596e275826f08b2730779e1f"}""", false)]
    [InlineData("""{"$oid": "596e275826f08b2730779e1f"}""", true)]
    public async Task Delete_OfADocument_IsOfTheKeyThatItsCreateHad(string id, bool isAvro)
    {
        var created = await ChangeAsync(id, $$"""{"_id": {{id}}, "email": "a@b.c"}""", "c", isAvro);
        var deleted = await ChangeAsync(id, null, "d", isAvro);
        Assert.Equal((ChangeOp.Create, ChangeOp.Delete), (created.Op, deleted.Op));
        Assert.Equal(created.After!["_id"].ToText(), deleted.RecordKey["_id"].ToText());
        Assert.Equal(deleted.RecordKey, created.RecordKey);
    }

    [Theory]
    [InlineData("1004", """{"$numberLong": "1004"}""")]
    [InlineData("""{"$date": "2026-01-01T00:00:00Z"}""", """{"$date": 1767225600000}""")]
    public async Task Delete_OfADocumentWhoseIdIsWrittenMoreStrictlyInIt_IsOfTheSameKey(string inKey, string inDocument)
    {
        var created = await ChangeAsync(inKey, $$"""{"_id": {{inDocument}}, "email": "a@b.c"}""", "c", isAvro: true);
        var deleted = await ChangeAsync(inKey, null, "d", isAvro: true);
        Assert.Equal(created.After!["_id"].ToText(), deleted.RecordKey["_id"].ToText());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Document_HasNoSchemaButItsMembers(bool isAvro)
    {
        var change = await ChangeAsync("7", """{"_id": 7, "email": "a@b.c"}""", "u", isAvro);
        Assert.True(change.IsOfDocument);
        Assert.Null(change.WriterColumns);
        Assert.False(change.After!.Has("phone"));
    }

    [Fact]
    public async Task Document_ThatNestsAsDeepAsMongoDbLets_IsRead()
    {
        var deep = string.Concat(Enumerable.Repeat("""{"a":""", 99)) + """{"$numberLong":"1"}""" + new string('}', 99);
        Assert.Equal(deep, (await ChangeAsync("7", $$"""{"_id": 7, "deep": {{deep}} }""", "c", isAvro: false)).After!["deep"].AsText);
    }

    [Theory]
    [InlineData("""{"scale":2,"value":"kg"}""")]
    [InlineData("""{"scale":2,"value":"good"}""")]
    [InlineData("""{"scale":2000000000,"value":"AA=="}""")]
    [InlineData("""{"x":-99999999}""")]
    [InlineData("""{"__debezium_unavailable_value":1}""")]
    public async Task DocumentsMember_ThatLooksLikeAFormOfTheConnectors_IsWhatItIs(string member)
    {
        foreach (var isAvro in new[] { false, true })
        {
            var document = (await ChangeAsync("7", $$"""{"_id": 7, "size": {{member}}, "note": "__debezium_unavailable_value"}""", "c", isAvro)).After!;
            Assert.Equal((ColumnKind.Json, member), (document["size"].Kind, document["size"].AsText));
            Assert.Equal(ColumnValue.Of("__debezium_unavailable_value"), document["note"]);
        }
    }

    private static async Task<ChangeEvent> ChangeAsync(string id, string? document, string op, bool isAvro)
    {
        var (idText, after) = (JsonSerializer.Serialize(id), document is null ? "null" : JsonSerializer.Serialize(document));
        var branch = document is null ? "null" : $$"""{"string":{{after}} }""";
        var (key, value) = isAvro
            ? (new AvroEncoder().Frame(1, KeySchema, $$"""{"id":{{idText}} }"""),
                new AvroEncoder().Frame(2, EnvelopeSchema, $$"""{"before":null,"after":{{branch}},"source":{{Source}},"op":"{{op}}"}"""))
            : (Encoding.UTF8.GetBytes($$"""{"id":{{idText}} }"""), Encoding.UTF8.GetBytes($$"""{"before":null,"after":{{after}},"source":{{Source}},"op":"{{op}}"}"""));
        var record = new SourceRecord(new RecordOrigin("m.shop.customers", 0, 1), 0, key, value, []);
        return Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(new FixedSchemas((1, KeySchema), (2, EnvelopeSchema)), record)).Event;
    }
}
