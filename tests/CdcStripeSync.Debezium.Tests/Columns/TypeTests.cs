using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Debezium.Tests.Columns;

/// <summary>What each semantic type is, where no recording holds it or where its ends matter.</summary>
public sealed class TypeTests
{
    private const string Date = "io.debezium.time.Date";

    [Theory]
    [InlineData("12345678901234567890123456789012345678901234567890.123456789", 9)]
    [InlineData("-0.000000000000000000000000000000000000000000000000001", 51)]
    [InlineData("-999999999999999999999999999999999999999999999999999999999999", 0)]
    public async Task Decimal_OfAnySize_IsExact(string text, int scale)
    {
        var unscaled = BigInteger.Parse(text.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        var bytes = JsonValue.Create(new string([.. unscaled.ToByteArray(isBigEndian: true).Select(b => (char)b)])).ToJsonString();
        var more = string.Create(CultureInfo.InvariantCulture, $$""", "scale":{{scale}}, "precision":99""");
        Assert.Equal(text, (await Types.ReadAsync(Types.Connect("bytes", "org.apache.kafka.connect.data.Decimal", more), bytes)).ToText());
        const string Variable = """{"type":"record","name":"VariableScaleDecimal","namespace":"io.debezium.data","fields":[{"name":"scale","type":"int"},{"name":"value","type":"bytes"}]}""";
        Assert.Equal(ExactDecimal.Parse(text), (await Types.ReadAsync(Variable, $$"""{"scale":{{scale}},"value":{{bytes}}}""")).AsDecimal);
    }

    [Fact]
    public Task Decimal_AsLongAsPostgresHoldsThem_IsExact() => Decimal_OfAnySize_IsExact($"-{new string('7', 131_072)}.{new string('3', 16_383)}", 16_383);

    [Theory]
    [InlineData("int", Date, "0", "1970-01-01")]
    [InlineData("int", Date, "-719529", "-0001-12-31")]
    [InlineData("int", Date, "2932897", "+10000-01-01")]
    [InlineData("int", "org.apache.kafka.connect.data.Date", "20512", "2026-02-28")]
    [InlineData("string", "io.debezium.time.IsoDate", "\"2026-02-28Z\"", "2026-02-28")]
    [InlineData("string", "io.debezium.time.IsoDate", "\"-4712-01-01Z\"", "-4712-01-01")]
    [InlineData("string", "io.debezium.time.IsoDate", "\"+12026-01-01Z\"", "+12026-01-01")]
    [InlineData("int", "io.debezium.time.Time", "45296789", "12:34:56.789")]
    [InlineData("long", "io.debezium.time.MicroTime", "-3020399000001", "-838:59:59.000001")]
    [InlineData("long", "io.debezium.time.NanoTime", "86399999999999", "23:59:59.999999999")]
    [InlineData("string", "io.debezium.time.IsoTime", "\"23:59:59.999999Z\"", "23:59:59.999999")]
    [InlineData("string", "io.debezium.time.IsoTime", "\"10:34Z\"", "10:34:00")]
    [InlineData("long", "io.debezium.time.Timestamp", "-1", "1969-12-31T23:59:59.999Z")]
    [InlineData("long", "io.debezium.time.MicroTimestamp", "-210863520000000000", "-4712-01-01T00:00:00Z")]
    [InlineData("long", "io.debezium.time.NanoTimestamp", "1774751400123456789", "2026-03-29T02:30:00.123456789Z")]
    [InlineData("long", "io.debezium.time.NanoTimestamp", "9223372036854775807", "infinity")]
    [InlineData("long", "io.debezium.time.NanoTimestamp", "-9223372036854775808", "-infinity")]
    [InlineData("string", "io.debezium.time.ZonedTimestamp", "\"2026-03-29T01:30:00.123456+02:00\"", "2026-03-28T23:30:00.123456Z")]
    [InlineData("string", "io.debezium.time.ZonedTimestamp", "\"2026-03-29T01:30:00-0530\"", "2026-03-29T01:30:00-0530")]
    [InlineData("string", "io.debezium.time.IsoTimestamp", "\"10000-01-01T00:00:00Z\"", "+10000-01-01T00:00:00Z")]
    [InlineData("string", "io.debezium.time.ZonedTimestamp", "\"infinity\"", "infinity")]
    [InlineData("int", "io.debezium.time.Year", "2026", "2026")]
    [InlineData("string", "io.debezium.data.EnumSet", "\"new,sale\"", "new,sale")]
    [InlineData("string", "io.debezium.time.Interval", "\"P1Y2M3DT4H5M6.789S\"", "P1Y2M3DT4H5M6.789S")]
    [InlineData("long", "io.debezium.time.MicroDuration", "37091106789000", "37091106789000")]
    public async Task Type_OfOneValue_HasOneText(string kind, string name, string value, string text) =>
        Assert.Equal(text, (await Types.ReadAsync(Types.Connect(kind, name), value)).ToText());

    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("{\"a\":", "\"{\\u0022a\\u0022:\"")]
    [InlineData("{\"a\": [1]}", "{\"a\": [1]}")]
    public async Task Struct_WithJsonInside_HoldsItAsJsonOrAsTheTextThatItIs(string text, string inside)
    {
        const string Schema = """{"type":"record","name":"S","fields":[{"name":"j","type":{"type":"string","connect.name":"io.debezium.data.Json"}}]}""";
        var read = await Types.ReadAsync(Schema, new JsonObject { ["j"] = text }.ToJsonString());
        Assert.Equal($$"""{"j":{{inside}}}""", read.AsText);
    }

    [Fact]
    public async Task Struct_WithJsonInsideThatNestsDeeply_IsRead()
    {
        const string Schema = """{"type":"record","name":"S","fields":[{"name":"j","type":{"type":"string","connect.name":"io.debezium.data.Json"}}]}""";
        var deep = new string('[', 200) + new string(']', 200);
        Assert.Equal($$"""{"j":{{deep}}}""", (await Types.ReadAsync(Schema, $$"""{"j":"{{deep}}"}""")).AsText);
    }

    [Fact]
    public async Task Timestamp_InfiniteInNanoseconds_IsInfinityAlthoughItWrappedRound() =>
        Assert.Equal(ColumnValue.Of(Instant.NegativeInfinity), (await Decoded.ChangesAsync("types-nanoseconds", "all_types")).First(d => d.Change.RecordKey["id"] == ColumnValue.Of(3)).Change.After!["c_ts"]);

    [Fact]
    public async Task UnsignedBigint_Precise_IsExact()
    {
        var row = (await Decoded.ChangesAsync("maria-decimal-string", "prices")).First(d => d.Change.RecordKey["id"].AsText.EndsWith("101", StringComparison.Ordinal)).Change.After!;
        Assert.Equal("18446744073709551615", row["big"].ToText());
        Assert.Equal("4294967295", row["position"].ToText());
    }

    [Theory]
    [InlineData("long", "-1", "BIGINT UNSIGNED", "18446744073709551615")]
    [InlineData("long", "-1", "BIGINT", "-1")]
    [InlineData("string", "\"12.50\"", "NUMERIC", "12.5")]
    [InlineData("string", "\"12.50\"", "VARCHAR", "12.50")]
    [InlineData("string", "\"NAN\"", "NUMERIC", "NAN")]
    public async Task Column_WhoseDatabaseTypeIsPassedOn_IsReadByIt(string kind, string value, string source, string text)
    {
        var type = $$$"""{"type":"{{{kind}}}","connect.parameters":{"__debezium.source.column.type":"{{{source}}}"}}""";
        Assert.Equal(text, (await Types.ReadAsync(type, value)).ToText());
    }

    [Theory]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData("12345678901234567.89", "12345678901234567.89")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    public async Task JsonNumber_BeyondADoublesPrecision_IsExactWithoutASchema(string number, string text)
    {
        var value = await Types.JsonAsync(number);
        Assert.Equal((ColumnKind.Decimal, text), (value.Kind, value.ToText()));
    }

    [Theory]
    [InlineData("24.99")]
    [InlineData("1.2345678901234568E16")]
    public async Task JsonNumber_ThatADoubleHolds_IsOneWithoutASchema(string number) => Assert.Equal(ColumnKind.Double, (await Types.JsonAsync(number)).Kind);

    [Fact]
    public async Task Point_IsPlainJson()
    {
        var rows = new List<ColumnValue>();
        foreach (var recording in new[] { "types-precise-adaptive", "types-double-connect", "types-string-isostring" })
            rows.Add((await Decoded.ChangesAsync(recording, "all_types")).First(d => d.Change.RecordKey["id"] == ColumnValue.Of(1)).Change.After!["c_point"]);
        Assert.All(rows, p => Assert.Equal(ColumnValue.Json("""{"x":1.5,"y":-2,"wkb":"AQEAAAAAAAAAAAD4PwAAAAAAAADA","srid":null}"""), p));
    }

    [Fact]
    public async Task Double_OfADecimal_PrintsAsTheDecimal()
    {
        Assert.Equal("-0.000000000000000000000000000001", (await Decoded.ChangesAsync("types-double-connect", "all_types")).First(d => d.Change.RecordKey["id"] == ColumnValue.Of(4)).Change.After!["c_numeric"].ToText());
        Assert.Equal("12345678900000000000", ColumnValue.Of(1.23456789e19).ToText());
    }

    [Fact]
    public async Task Uuid_OfSixteenBytes_IsItsText()
    {
        const string Uuid = """{"type":"fixed","name":"u","size":16,"logicalType":"uuid"}""";
        var bytes = new string([.. new Guid("7d444840-9dc0-11d1-b245-5ffdce74fad2").ToByteArray(bigEndian: true).Select(b => (char)b)]);
        Assert.Equal("7d444840-9dc0-11d1-b245-5ffdce74fad2", (await Types.ReadAsync(Uuid, JsonValue.Create(bytes).ToJsonString())).ToText());
    }
}
