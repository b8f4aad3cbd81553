using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

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
    [InlineData("int", Date, "-622191234", "infinity")]
    [InlineData("int", Date, "-622191233", "infinity")]
    [InlineData("int", Date, "-625821272", "-infinity")]
    [InlineData("int", Date, "-625821271", "-infinity")]
    [InlineData("int", Date, "-622191235", "-1701532-04-04")]
    [InlineData("string", "io.debezium.time.IsoDate", "\"+292278994-08-16Z\"", "infinity")]
    [InlineData("string", "io.debezium.time.IsoDate", "\"+292278994-08-17Z\"", "infinity")]
    [InlineData("string", "io.debezium.time.IsoDate", "\"+292269055-12-02Z\"", "-infinity")]
    [InlineData("string", "io.debezium.time.IsoDate", "\"+292269055-12-03Z\"", "-infinity")]
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

    /// <summary>No database has such a column; text within text would grow with each level.</summary>
    [Fact]
    public async Task Map_OfStructures_IsJsonInAvroAndInJson()
    {
        const string Schema = """{"type":"map","values":{"type":"record","name":"S","fields":[{"name":"x","type":"int"},{"name":"m","type":{"type":"map","values":"string"}}]}}""";
        const string Value = """{"a":{"x":1,"m":{"k":"v"}}}""";
        Assert.Equal(ColumnValue.Json(Value), await Types.ReadAsync(Schema, Value));

        const string Json = $$$"""{"schema":{"type":"struct","fields":[{"type":"map","keys":{"type":"string"},"values":{"type":"struct"},"field":"c"}]},"payload":{"c":{{{Value}}} } }""";
        var record = new SourceRecord(new Core.Changes.RecordOrigin("p.public.t", 0, 0), 0, null, System.Text.Encoding.UTF8.GetBytes(Json), []);
        Assert.Equal(ColumnValue.Json(Value), ((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas(), record)).Event.After!["c"]);
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

    [Theory]
    [InlineData("Date", """{"year":2026,"month":2,"day":28,"specialValue":null}""", ColumnKind.Date, "2026-02-28")]
    [InlineData("Date", """{"year":-4712,"month":1,"day":1,"specialValue":null}""", ColumnKind.Date, "-4712-01-01")]
    [InlineData("Date", """{"year":0,"month":0,"day":0,"specialValue":null}""", ColumnKind.Text, "0000-00-00")]
    [InlineData("Date", """{"year":null,"month":null,"day":null,"specialValue":"NEGATIVE_INFINITY"}""", ColumnKind.Date, "-infinity")]
    [InlineData("Timestamp", """{"year":2026,"month":3,"day":29,"hour":2,"minute":30,"second":1,"picoseconds":123456000000,"specialValue":null}""", ColumnKind.Timestamp, "2026-03-29T02:30:01.123456Z")]
    [InlineData("Timestamp", """{"year":2026,"month":3,"day":29,"hour":2,"minute":30,"second":1,"nanos":5}""", ColumnKind.Timestamp, "2026-03-29T02:30:01.000000005Z")]
    [InlineData("Timestamp", """{"year":null,"specialValue":"POSITIVE_INFINITY"}""", ColumnKind.Timestamp, "infinity")]
    [InlineData("Timestamp", """{"year":2026,"month":2,"day":31,"hour":1,"minute":2,"second":3,"picoseconds":0}""", ColumnKind.Text, "2026-02-31 01:02:03")]
    [InlineData("ZonedTimestamp", """{"year":2026,"month":3,"day":29,"hour":1,"minute":30,"second":0,"picoseconds":0,"offsetSeconds":7200,"zoneId":"Europe/Berlin"}""", ColumnKind.Timestamp, "2026-03-28T23:30:00Z")]
    [InlineData("Time", """{"hour":12,"minute":34,"second":56,"picoseconds":789000000000}""", ColumnKind.Time, "12:34:56.789")]
    [InlineData("ZonedTime", """{"hour":1,"minute":0,"second":0,"picoseconds":0,"offsetSeconds":7200}""", ColumnKind.Text, "23:00:00Z")]
    [InlineData("Duration", """{"years":1,"months":2,"days":3,"hours":4,"minutes":5,"seconds":6,"picoseconds":789000000000}""", ColumnKind.Text, "P1Y2M3DT4H5M6.789S")]
    public async Task StructuredTime_InAvroAndInJson_IsTheValueOfTheOtherModes(string name, string parts, ColumnKind kind, string text)
    {
        var fields = JsonNode.Parse(parts)!.AsObject();
        var avro = new JsonObject
        {
            ["type"] = "record",
            ["name"] = $"Structured{name}",
            ["namespace"] = "io.debezium.time",
            ["connect.name"] = $"io.debezium.time.Structured{name}",
            ["fields"] = new JsonArray([.. fields.Select(f => new JsonObject { ["name"] = f.Key, ["type"] = new JsonArray("null", TypeOf(f.Key)) })]),
        };
        var written = new JsonObject([.. fields.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)(f.Value is null ? null : new JsonObject { [TypeOf(f.Key)] = f.Value.DeepClone() })))]);
        var value = await Types.ReadAsync(avro.ToJsonString(), written.ToJsonString());
        Assert.Equal((kind, text), (value.Kind, value.ToText()));

        var json = $$$"""{"schema":{"type":"struct","fields":[{"type":"struct","name":"io.debezium.time.Structured{{{name}}}","field":"c"}]},"payload":{"c":{{{parts}}} } }""";
        var record = new SourceRecord(new Core.Changes.RecordOrigin("p.public.t", 0, 0), 0, null, System.Text.Encoding.UTF8.GetBytes(json), []);
        Assert.Equal(value, ((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas(), record)).Event.After!["c"]);

        static string TypeOf(string part) => part is "zoneId" or "specialValue" ? "string" : part is "picoseconds" or "seconds" ? "long" : "int";
    }

    [Fact]
    public async Task StructuredDuration_OfElapsedTime_IsATime()
    {
        const string Type = """
            {"type":"record","name":"StructuredDuration","namespace":"io.debezium.time","connect.name":"io.debezium.time.StructuredDuration","connect.parameters":{"io.debezium.time.duration.kind":"elapsed-time"},
            "fields":[{"name":"hours","type":"int"},{"name":"minutes","type":"int"},{"name":"seconds","type":"long"},{"name":"picoseconds","type":"long"}]}
            """;
        Assert.Equal("-838:59:59", (await Types.ReadAsync(Type, """{"hours":-838,"minutes":-59,"seconds":-59,"picoseconds":0}""")).ToText());
    }

    [Fact]
    public async Task StructuredTime_OfASpecialValueThatIsNotKnown_NamesTheColumn()
    {
        const string Schema = """{"type":"record","name":"Value","fields":[{"name":"c","type":{"type":"record","name":"StructuredDate","namespace":"io.debezium.time","fields":[{"name":"specialValue","type":"string"}]}}]}""";
        var record = new SourceRecord(new Core.Changes.RecordOrigin("p.public.t", 0, 0), 0, null, new Avro.AvroEncoder().Frame(1, Schema, """{"c":{"specialValue":"SOON"}}"""), []);
        Assert.Contains("specialValue is 'SOON'", Assert.IsType<DecodedRecord.Unreadable>(await Decoded.OneAsync(new FixedSchemas((1, Schema)), record)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"type\":\"long\",\"logicalType\":\"local-timestamp-nanos\"}", "1774751400123456789", ColumnKind.Timestamp, "2026-03-29T02:30:00.123456789Z")]
    [InlineData("{\"type\":\"bytes\",\"logicalType\":\"big-decimal\"}", "\"\\u0004\\u0004\u00d2\\u0004\"", ColumnKind.Decimal, "12.34")]
    public async Task LogicalType_OfNewestAvro_IsItsValue(string type, string value, ColumnKind kind, string text)
    {
        var read = await Types.ReadAsync(type, value);
        Assert.Equal((kind, text), (read.Kind, read.ToText()));
    }
}
