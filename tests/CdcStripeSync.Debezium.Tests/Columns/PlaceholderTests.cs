using System.Text.Json.Nodes;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Debezium.Tests.Columns;

/// <summary>An unchanged large column in every type that can be one.</summary>
public sealed class PlaceholderTests
{
    private const string Text = "__debezium_unavailable_value";

    public static TheoryData<string, string> Arrays()
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(Text);
        return new TheoryData<string, string>
        {
            { """{"type":"int","connect.type":"int16"}""", Types.Items("int", bytes.Select(b => (JsonNode?)b)) },
            { Types.Connect("int", "io.debezium.time.Date"), Types.Items("int", bytes.Select(b => (JsonNode?)b)) },
            { "\"int\"", Types.Items("int", bytes.Select(b => (JsonNode?)b)) },
            { "\"long\"", Types.Items("long", bytes.Select(b => (JsonNode?)b)) },
            { "\"float\"", Types.Items("float", bytes.Select(b => (JsonNode?)(float)b)) },
            { "\"double\"", Types.Items("double", bytes.Select(b => (JsonNode?)(double)b)) },
            { "\"boolean\"", Types.Items("boolean", bytes.Select(_ => (JsonNode?)true)) },
            { "\"string\"", Types.Items("string", [Text]) },
            { "\"bytes\"", Types.Items("bytes", [Text]) },
            { Types.Connect("string", "io.debezium.data.Uuid"), Types.Items("string", ["b68a35a7-17ad-35b3-af2a-ae46edb4545a"]) },
            { Types.Connect("bytes", "org.apache.kafka.connect.data.Decimal", ""","scale":3,"precision":8"""), Types.Items("bytes", bytes.Select(b => (JsonNode?)((char)b).ToString())) },
        };
    }

    [Theory]
    [MemberData(nameof(Arrays))]
    public async Task Array_Unchanged_IsUnavailable(string item, string items) => Assert.True((await Types.ReadAsync(Types.Array(item), items)).IsUnavailable);

    [Theory]
    [MemberData(nameof(Arrays))]
    public async Task Array_OneItemLess_IsAValue(string item, string items)
    {
        var less = JsonNode.Parse(items)!.AsArray();
        less.RemoveAt(0);
        Assert.Equal(ColumnKind.Array, (await Types.ReadAsync(Types.Array(item), less.ToJsonString())).Kind);
    }

    [Theory]
    [InlineData("\"string\"", Text)]
    [InlineData("\"string\"", "X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==")]
    [InlineData("\"string\"", "5f5f646562657a69756d5f756e617661696c61626c655f76616c7565")]
    [InlineData("{\"type\":\"string\",\"connect.name\":\"io.debezium.data.Json\"}", "{\"__debezium_unavailable_value\":\"__debezium_unavailable_value\"}")]
    [InlineData("{\"type\":\"string\",\"connect.name\":\"io.debezium.data.Xml\"}", Text)]
    [InlineData("{\"type\":\"string\",\"connect.name\":\"io.debezium.data.Tsvector\"}", Text)]
    public async Task Text_Unchanged_IsUnavailable(string type, string value) =>
        Assert.True((await Types.ReadAsync(type, JsonValue.Create(value).ToJsonString())).IsUnavailable);

    [Theory]
    [InlineData("""{"__debezium_unavailable_value":"__debezium_unavailable_value"}""", true)]
    [InlineData("""{"scale":0,"value":"X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ=="}""", true)]
    [InlineData("""{"note":"__debezium_unavailable_value"}""", false)]
    public async Task Structure_UnchangedInJsonWithoutASchema_IsUnavailable(string value, bool isUnchanged) =>
        Assert.Equal(isUnchanged, (await Types.JsonAsync(value)).IsUnavailable);

    [Fact]
    public async Task Placeholder_InHex_StandsForItsOctets()
    {
        var options = new DecoderOptions { UnavailablePlaceholder = "hex:3c3c3e3e" };
        Assert.True((await Types.ReadAsync("\"string\"", "\"<<>>\"", options)).IsUnavailable);
        Assert.True((await Types.ReadAsync("\"bytes\"", "\"<<>>\"", options)).IsUnavailable);
        Assert.Equal(ColumnValue.Of(Text), await Types.ReadAsync("\"string\"", $"\"{Text}\"", options));
    }

    /// <summary>With <c>connect.meta.data=false</c> the schema has no <c>connect.name</c>.</summary>
    [Theory]
    [InlineData("0101000020E6100000000000FC83D797C1000000FC83D797C1", true)]
    [InlineData("0101000020E61000000C21E7FDFF7F66401842CEFBFF7F5640", true)]
    [InlineData("0101000020E61000000C21E7FDFF7F66401842CEFBFF7F5640", false)]
    public async Task Geometry_Unchanged_IsUnavailable(string wkb, bool hasConnectName)
    {
        var name = hasConnectName ? """  "connect.name":"io.debezium.data.geometry.Geometry",""" : "";
        var geometry = $$"""{"type":"record","name":"Geometry","namespace":"io.debezium.data.geometry",{{name}}"fields":[{"name":"wkb","type":"bytes"},{"name":"srid","type":["null","int"]}]}""";
        var bytes = JsonValue.Create(new string([.. Convert.FromHexString(wkb).Select(b => (char)b)])).ToJsonString();
        Assert.True((await Types.ReadAsync(geometry, $$$"""{"wkb":{{{bytes}}},"srid":{"int":4326}}""")).IsUnavailable);
    }

    [Fact]
    public async Task Point_Unchanged_IsUnavailable()
    {
        const string Point = """{"type":"record","name":"Point","namespace":"io.debezium.data.geometry","connect.name":"io.debezium.data.geometry.Point","fields":[{"name":"x","type":"double"},{"name":"y","type":"double"}]}""";
        Assert.True((await Types.ReadAsync(Point, """{"x":-99999999,"y":-99999999}""")).IsUnavailable);
        Assert.Equal(ColumnKind.Json, (await Types.ReadAsync(Point, """{"x":1,"y":-99999999}""")).Kind);
    }
}
