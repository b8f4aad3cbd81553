using System.Text;
using CdcStripeSync.DevStack.Avro;
using CdcStripeSync.DevStack.Connector;
using CdcStripeSync.DevStack.Connector.Columns;
using CdcStripeSync.DevStack.Connector.Replication;

namespace CdcStripeSync.DevStack.Tests.Connector;

public sealed class ColumnTextTests
{
    [Fact]
    public void ArrayText_QuotesNullsAndEmptyStrings_AreRead() =>
        Assert.Equal(["a b", "x,\"y\"", null, "", "NULL", "\\"], ArrayText.Parse("""{"a b","x,\"y\"",NULL,"","NULL","\\"}"""));

    [Fact]
    public void CopyText_EscapesAndNull_AreRead() =>
        Assert.Equal((string?[])["a\tb\nc", null, "", "\\N"], CopyText.Parse("a\\tb\\nc\t\\N\t\t\\\\N", 4));

    [Theory]
    [InlineData("0", 2, "00")]
    [InlineData("-12.50", 2, "FB1E")]
    [InlineData("24.990", 3, "619E")]
    [InlineData("1.28", 2, "0080")]
    [InlineData("NaN", 2, null)]
    public void DecimalText_Unscaled_IsTwosComplement(string text, int scale, string? hex) =>
        Assert.Equal(hex, DecimalText.Unscaled(text, scale) is { } bytes ? Convert.ToHexString(bytes) : null);

    [Theory]
    [InlineData("timestamptz", -1, "2026-02-01 10:00:00+00", "2026-02-01T10:00:00.000000Z")]
    [InlineData("timestamptz", 3, "2026-02-01 10:00:00.5+00", "2026-02-01T10:00:00.500Z")]
    [InlineData("timestamptz", -1, "infinity", "infinity")]
    [InlineData("timetz", -1, "00:30:00+02:30", "22:00:00Z")]
    [InlineData("timestamp", -1, "1970-01-01 00:00:01.5", 1_500_000L)]
    [InlineData("timestamp", 3, "1969-12-31 23:59:59", -1000L)]
    [InlineData("date", -1, "2026-01-01", 20454L)]
    [InlineData("time", -1, "24:00:00", 86_400_000_000L)]
    [InlineData("interval", -1, "-1 days -00:00:01", -86_401_000_000L)]
    public void TemporalText_OfAType_BecomesItsLogicalValue(string type, int modifier, string text, object expected) =>
        Assert.Equal(expected, Type(type, modifier).Parse(text));

    [Theory]
    [InlineData("text", -1, "'House'::text", "House")]
    [InlineData("text", -1, "'it''s (so)'::text", "it's (so)")]
    [InlineData("int4", -1, "'-5'::integer", -5L)]
    [InlineData("int4", -1, "(-5)", -5L)]
    [InlineData("int4", -1, "nextval('x_id_seq'::regclass)", 0L)]
    [InlineData("bool", -1, "true", true)]
    [InlineData("timestamptz", -1, "now()", "1970-01-01T00:00:00.000000Z")]
    [InlineData("text", -1, "NULL::text", null)]
    [InlineData("text", -1, "('a'::text || 'b'::text)", null)]
    public void ColumnDefault_OfAnExpression_IsDebeziums(string type, int modifier, string expression, object? expected) =>
        Assert.Equal(expected, ColumnDefault.Read(expression, Type(type, modifier)));

    [Fact]
    public void ColumnTypes_DecimalAsStringWithDefault_CarriesTheScale()
    {
        var type = new ColumnTypes(DecimalMode.String, "?").Of(new PostgresType("numeric", (12 << 16 | 2) + 4))!;
        var field = new ColumnShape("balance", 0, type, Required: true, ColumnDefault.Read("0", type)).Field("balance");
        Assert.Equal("""{"type":"string","connect.default":"0.00"}""", field.Type.ToJson(new AvroNames()).ToJsonString());
        Assert.Equal("0.00", field.Default!.GetValue<string>());
    }

    [Theory]
    [InlineData(0, "00")]
    [InlineData(-1, "01")]
    [InlineData(64, "8001")]
    [InlineData(long.MinValue, "FFFFFFFFFFFFFFFFFF01")]
    public void AvroWriter_Long_IsZigZag(long value, string hex)
    {
        var writer = new AvroWriter();
        writer.Long(value);
        Assert.Equal(hex, Convert.ToHexString(writer.ToArray()));
    }

    [Fact]
    public void HstoreText_EscapesAndNull_BecomeJson() =>
        Assert.Equal("""{"k\"1":"v","n":null}""", HstoreText.ToJson("""
            "k\"1"=>"v", "n"=>NULL
            """));

    [Fact]
    public void AvroWriter_String_IsItsUtf8()
    {
        var writer = new AvroWriter();
        writer.String("Zoë 👕");
        Assert.Equal([18, .. Encoding.UTF8.GetBytes("Zoë 👕")], writer.ToArray());
    }

    private static ColumnType Type(string name, int modifier) => new ColumnTypes(DecimalMode.Precise, "?").Of(new PostgresType(name, modifier))!;
}
