using CdcStripeSync.Debezium.Recordings;

namespace CdcStripeSync.Debezium.Tests.Recordings;

/// <summary>A recording that somebody damaged or wrote by hand says where it is wrong.</summary>
public sealed class RecordingFileTests
{
    private const string Sound = """{"topic":"t","partition":0,"offset":0,"timestamp":1,"headers":[],"key":null,"value":"AAAAAAE="}""";

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"topic":"t","partition":"a","offset":0,"key":null,"value":null}""")]
    [InlineData("""{"topic":"t","partition":0,"offset":0,"key":null,"value":"!!!"}""")]
    [InlineData("""{"topic":"t","partition":0,"offset":99999999999999999999,"key":null,"value":null}""")]
    public void Records_LineThatIsNoRecord_IsNamedWithItsNumber(string line) => In([Sound, line], """{"schemas":{}}""", recording =>
    {
        var told = Assert.Throws<RecordingException>(() => recording().Records().ToList());
        Assert.Contains("records.jsonl line 2 is no record", told.Message, StringComparison.Ordinal);
        Assert.Contains("Expected one JSON object a line", told.Message, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"schemas":{"x":{}}}""")]
    [InlineData("{")]
    public void Open_SchemasThatAreNone_AreNamed(string schemas) => In([Sound], schemas, recording =>
        Assert.Contains("schemas.json is not as a recording has it", Assert.Throws<RecordingException>(recording).Message, StringComparison.Ordinal));

    [Fact]
    public void Records_WithoutTimesAndHeaders_AreRead() => In(["", """{"topic":"t","partition":0,"offset":7,"headers":null,"key":null,"value":null}""", ""], """{"schemas":{}}""", recording =>
        Assert.Equal(7, Assert.Single(recording().Records()).Record.Origin.Offset));

    [Fact]
    public void Decoding_OfAConnectorsConfiguration_IsWhatItSays() => In([Sound], """{"schemas":{}}""", recording => Assert.Equal(
        new DecoderOptions { UnavailablePlaceholder = "hex:00ff", AddedFields = AddedNames.Of("cdc_", "op:operation"), AddedHeaders = AddedNames.Of("__", "source.lsn:lsn_at"), TableKeyField = "tenant" },
        recording().Decoding), """
        {"topic.prefix": "shop", "unavailable.value.placeholder": "hex:00ff", "transforms": "unwrap, route, other",
         "transforms.unwrap.type": "io.debezium.transforms.ExtractNewRecordState", "transforms.unwrap.add.fields.prefix": "cdc_",
         "transforms.unwrap.add.fields": "op:operation", "transforms.unwrap.add.headers": "source.lsn:lsn_at",
         "transforms.route.type": "io.debezium.transforms.ByLogicalTableRouter", "transforms.route.key.field.name": "tenant",
         "transforms.other.type": "x.Y", "transforms.other.key.field.name": "nothing", "tasks.max": 1}
        """);

    [Theory]
    [InlineData(null, "__debezium_unavailable_value")]
    [InlineData("{}", "__debezium_unavailable_value")]
    [InlineData("""{"name":"c","config":{"unavailable.value.placeholder":"same"}}""", "same")]
    public void Decoding_OfOtherConnectors_IsTheUsual(string? connector, string placeholder) =>
        In([Sound], """{"schemas":{}}""", recording => Assert.Equal(new DecoderOptions { UnavailablePlaceholder = placeholder }, recording().Decoding), connector);

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"unavailable.value.placeholder":"hex:xy"}""")]
    [InlineData("""{"transforms":"u","transforms.u.type":"io.debezium.transforms.ExtractNewRecordState","transforms.u.add.headers":":op"}""")]
    public void Open_AConnectorThatIsNone_IsNamed(string connector) => In([Sound], """{"schemas":{}}""", recording =>
        Assert.Contains("connector.json is not as a recording has it", Assert.Throws<RecordingException>(recording).Message, StringComparison.Ordinal), connector);

    [Fact]
    public void Files_WithAByteOrderMark_AreReadAsWithoutOne() => In(["\uFEFF" + Sound], "\uFEFF{\"schemas\":{\"1\":\"\\\"string\\\"\"}}", recording =>
    {
        Assert.Equal("t", Assert.Single(recording().Records()).Record.Origin.Topic);
        Assert.Equal("\"string\"", recording().SchemaTexts[1]);
        Assert.Equal("same", recording().Decoding.UnavailablePlaceholder);
    }, "\uFEFF{\"unavailable.value.placeholder\":\"same\"}");

    private static void In(string[] lines, string schemas, Action<Func<Recording>> check, string? connector = null)
    {
        var folder = Directory.CreateTempSubdirectory("recording-");
        try
        {
            File.WriteAllLines(Path.Combine(folder.FullName, "records.jsonl"), lines);
            File.WriteAllText(Path.Combine(folder.FullName, "schemas.json"), schemas);
            if (connector is not null) File.WriteAllText(Path.Combine(folder.FullName, "connector.json"), connector);
            check(() => Recording.Open(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
