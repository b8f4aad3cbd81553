using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Debezium.Tests.Columns;

/// <summary>45 column types, recorded under five combinations of modes: the same row is the same values.</summary>
public sealed class ModeTests
{
    /// <summary>The decimal modes write text or a double without saying that it was a decimal; the mapping's converters read these.</summary>
    private static readonly string[] Decimals = ["c_numeric_10_2", "c_numeric", "c_money", "c_numeric_array"];

    /// <summary>Nothing in the record tells these modes from plain text or numbers.</summary>
    private static readonly string[] Untold = ["c_bytea", "c_interval", "c_hstore", "c_ts_array", "c_point"];

    [Theory]
    [InlineData("types-microseconds")]
    [InlineData("types-nanoseconds")]
    [InlineData("types-double-connect")]
    [InlineData("types-string-isostring")]
    public async Task Row_UnderAnotherMode_HasTheSameValues(string recording)
    {
        var expected = await RowAsync("types-precise-adaptive", 1);
        var row = await RowAsync(recording, 1);
        foreach (var (column, value) in expected.Where(c => !Decimals.Contains(c.Key) && !Untold.Contains(c.Key)))
        {
            if (recording == "types-double-connect" && column is "c_time" or "c_ts") continue;
            Assert.True(value == row[column], $"{column}: {value.Kind} {value} under the adaptive mode, {row[column].Kind} {row[column]} here");
        }
    }

    [Fact]
    public async Task Row_UnderConnectsTimes_IsCutToMilliseconds()
    {
        var row = await RowAsync("types-double-connect", 1);
        Assert.Equal("23:59:59.999", row["c_time"].ToText());
        Assert.Equal("2026-03-29T02:30:00.123Z", row["c_ts"].ToText());
    }

    [Fact]
    public async Task Decimals_Precise_AreExactAtAnyScale()
    {
        var row = await RowAsync("types-precise-adaptive", 1);
        Assert.Equal("3.14159265358979323846264338327950288", row["c_numeric"].ToText());
        Assert.Equal("12345678.9", row["c_numeric_10_2"].ToText());
        Assert.Equal("-1234.56", row["c_money"].ToText());
        Assert.Equal("-0.000000000000000000000000000001", (await RowAsync("types-precise-adaptive", 4))["c_numeric"].ToText());
        Assert.Equal(["1.5", "2.125"], row["c_numeric_array"].AsArray.Select(v => v.ToText()));
    }

    [Fact]
    public async Task Decimals_AsText_AreTheSameNumbers()
    {
        var precise = await RowAsync("types-precise-adaptive", 1);
        var text = await RowAsync("types-string-isostring", 1);
        foreach (var column in new[] { "c_numeric_10_2", "c_numeric", "c_money" })
            Assert.Equal(precise[column].AsDecimal, ExactDecimal.Parse(text[column].AsText));
    }

    [Fact]
    public async Task Columns_OfEachKind_AreWhatTheDatabaseHeld()
    {
        var row = await RowAsync("types-precise-adaptive", 1);
        Assert.Equal(ColumnValue.Of(long.MaxValue), row["c_bigint"]);
        Assert.Equal(ColumnValue.Of(1.5), row["c_real"]);
        Assert.Equal(ColumnValue.Of(-2.25e300), row["c_double"]);
        Assert.Equal(ColumnValue.Of(true), row["c_bit1"]);
        Assert.Equal(ColumnValue.Of("ab   "), row["c_char"]);
        Assert.Equal(ColumnValue.Of((byte[])[0xde, 0xad, 0xbe, 0xef, 0x00, 0xff]), row["c_bytea"]);
        Assert.Equal("2026-02-28", row["c_date"].ToText());
        Assert.Equal("23:59:59.999999", row["c_time"].ToText());
        Assert.Equal("2026-03-29T02:30:00.123456Z", row["c_ts"].ToText());
        Assert.Equal("2026-03-29T01:30:00.123456Z", row["c_tstz"].ToText());
        Assert.Equal(ColumnValue.Of("7d444840-9dc0-11d1-b245-5ffdce74fad2"), row["c_uuid"]);
        Assert.Equal(ColumnValue.Json("""{"b":[null,true],"a":1.0}"""), row["c_json"]);
        Assert.Equal(ColumnValue.Of("green"), row["c_enum"]);
        Assert.Equal(ColumnValue.Of([ColumnValue.Of(1), ColumnValue.Null, ColumnValue.Of(3)]), row["c_int_array"]);
        Assert.Equal(ColumnValue.Of([ColumnValue.Of("a,b"), ColumnValue.Null, ColumnValue.Of("c\"d")]), row["c_text_array"]);
        Assert.Equal(ColumnValue.Of("odd"), row["odd_Name_1"]);
    }

    [Fact]
    public async Task Hstore_AsAMap_KeepsItsNulls()
    {
        var map = (await RowAsync("types-double-connect", 1))["c_hstore"].AsMap;
        Assert.Equal("v1", map["k1"]);
        Assert.Null(map["k2"]);
    }

    [Fact]
    public async Task Years_BeforeChrist_AreDaysBeforeTheFirst()
    {
        var row = await RowAsync("types-precise-adaptive", 4);
        Assert.Equal(ColumnValue.Date(-719_528), row["c_date"]);
        Assert.Equal(ColumnValue.Of(Instant.FromMicros(-210_863_520_000_000_000)), row["c_ts"]);
    }

    [Fact]
    public async Task MariaDb_ItsOwnTypes_AreRead()
    {
        var row = (await Decoded.ChangesAsync("maria-default", "prices")).First(d => d.Change.RecordKey["id"].AsText.EndsWith("101", StringComparison.Ordinal)).Change.After!;
        Assert.Equal(ColumnValue.Of(4_294_967_295), row["position"]);
        Assert.Equal(ColumnValue.Of(2026), row["y"]);
        Assert.Equal(ColumnValue.Time(-3_020_399_000_001_000), row["t"]);
        Assert.Equal(ColumnValue.Of(true), row["active"]);
        Assert.Equal(ColumnValue.Of(ExactDecimal.Parse("24.99")), row["amount"]);
        Assert.Equal(ColumnValue.Of((byte[])[0x00, 0xff, 0x10]), row["b"]);
    }

    private static async Task<Row> RowAsync(string recording, long id) =>
        (await Decoded.ChangesAsync(recording, "all_types")).First(d => d.Change.RecordKey["id"] == ColumnValue.Of(id)).Change.After!;
}
