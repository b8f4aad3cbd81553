using System.Text;
using System.Text.Json;
using CdcStripeSync.Core.Values;
using FsCheck;
using FsCheck.Fluent;

namespace CdcStripeSync.Core.Tests.Values;

public sealed class ValuesTests
{
    [Theory]
    [InlineData("1.50", "1.5")]
    [InlineData("-0.05", "-0.05")]
    [InlineData("1.2E-7", "0.00000012")]
    [InlineData("1e3", "1000")]
    [InlineData("0.000", "0")]
    [InlineData("123456789012345678901234567890.1", "123456789012345678901234567890.1")]
    public void ExactDecimal_Text_IsNormalised(string text, string expected) => Assert.Equal(expected, ExactDecimal.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("1,5")]
    [InlineData("1e99999999")]
    [InlineData("1e20001")]
    [InlineData("1e-2147483648")]
    [InlineData("NaN")]
    [InlineData(".")]
    public void ExactDecimal_NoNumber_IsRefused(string text) => Assert.False(ExactDecimal.TryParse(text, out _));

    /// <summary>PostgreSQL's <c>numeric</c>, full.</summary>
    [Fact]
    public void ExactDecimal_LongestThatADatabaseHolds_IsExact()
    {
        var text = "-" + new string('7', 131_072) + "." + new string('3', 16_382) + "9";
        Assert.Equal(text, ExactDecimal.Parse(text).ToString());
        Assert.False(ExactDecimal.TryParse(new string('7', ExactDecimal.MaxDigits + 1), out _));
    }

    [Fact]
    public void ExactDecimal_ThatIsLongerWrittenOutThanItCame_IsReadFromWhereItWasWritten()
    {
        var digits = new string('7', ExactDecimal.MaxDigits - 10);
        foreach (var text in new[] { digits + "e20000", digits + "e-20000", "." + new string('7', ExactDecimal.MaxDigits - 1) })
        {
            var number = ExactDecimal.Parse(text);
            Assert.Equal(number, ExactDecimal.ParseWritten(number.ToString()));
            Assert.Equal(FieldValue.Of(number), FieldValueJson.Parse(FieldValueJson.ToJson(FieldValue.Of(number))));
        }
    }

    [Fact]
    public void ExactDecimal_ZerosBehindALongFraction_AreTakenOutAtAnyCount()
    {
        var digits = "1" + new string('0', 40) + "25";
        for (var zeros = 0; zeros < 70; zeros++) Assert.Equal($"7.{digits}", ExactDecimal.Parse($"7.{digits}{new string('0', zeros)}").ToString());
        Assert.Equal("123456789012345678900", ExactDecimal.Parse("123456789012345678900.000").ToString());
    }

    [Fact]
    public void ExactDecimal_AnyNumber_PrintsWhatItReads() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<decimal>().ToArbitrary(), number =>
        {
            var text = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
            var exact = ExactDecimal.Parse(text);
            return ExactDecimal.Parse(exact.ToString()) == exact && exact.CompareTo(ExactDecimal.Parse("0")) == decimal.Sign(number);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void ColumnValue_Default_IsUnavailableNeverNull()
    {
        Assert.True(default(ColumnValue).IsUnavailable);
        Assert.False(default(ColumnValue).IsNull);
        Assert.NotEqual(ColumnValue.Null, ColumnValue.Unavailable);
    }

    [Fact]
    public void ColumnValue_Json_IsEqualByContent() =>
        Assert.Equal(ColumnValue.Json("""{"a": 1, "b": [1, 2]}"""), ColumnValue.Json("""{"b":[1,2],"a":1}"""));

    [Fact]
    public void Row_Fold_TakesTheOlderValueOnlyWhereTheNewerIsUnavailable()
    {
        var older = Row.Of(("a", ColumnValue.Of("old")), ("b", ColumnValue.Of("old")));
        var newer = Row.Of(("a", ColumnValue.Unavailable), ("b", ColumnValue.Null));

        Assert.Equal(Row.Of(("a", ColumnValue.Of("old")), ("b", ColumnValue.Null)), newer.FoldOnto(older));
    }

    [Fact]
    public void Row_Fold_KeepsWhatOnlyTheOlderHas()
    {
        var older = Row.Of(("a", ColumnValue.Of("old")), ("c", ColumnValue.Of("old")));
        var newer = Row.Of(("a", ColumnValue.Of("new")), ("b", ColumnValue.Unavailable));

        Assert.Equal(Row.Of(("a", ColumnValue.Of("new")), ("b", ColumnValue.Unavailable), ("c", ColumnValue.Of("old"))), newer.FoldOnto(older));
    }

    [Fact]
    public void Row_WithNothingToTakeOrLeaveOut_IsNotCopied()
    {
        var older = Row.Of(("a", ColumnValue.Of("old")));
        var newer = Row.Of(("a", ColumnValue.Null), ("b", ColumnValue.Unavailable));

        Assert.Same(newer, newer.FoldOnto(older));
        Assert.Same(newer, newer.Project(["b", "a", "c"]));
        Assert.Equal(Row.Of(("a", ColumnValue.Null)), newer.Project(["a", "c"]));
    }

    /// <summary>1795237765884 ms and 1795237765884176 µs are one commit, as two versions of a connector write it.</summary>
    [Theory]
    [InlineData(884_176, 884_000, false)]
    [InlineData(884_000, 884_176, false)]
    [InlineData(884_176, 884_175, true)]
    [InlineData(885_000, 884_176, true)]
    [InlineData(885_001, 884_000, true)]
    [InlineData(885_000, 884_000, true)]
    [InlineData(884_176, 884_176, false)]
    [InlineData(883_999, 884_000, false)]
    public void Instant_ThatIsOnlyToldMoreFinely_IsNotSurelyAfter(int micros, int otherMicros, bool isAfter) =>
        Assert.Equal(isAfter, Instant.FromMicros(1_795_237_765_000_000 + micros).IsSurelyAfter(Instant.FromMicros(1_795_237_765_000_000 + otherMicros)));

    public static TheoryData<ColumnValue> Kinds => new(
        ColumnValue.Unavailable, ColumnValue.Null, ColumnValue.Of(true), ColumnValue.Of(-5), ColumnValue.Of(ExactDecimal.Parse("12345678901234567890.5")),
        ColumnValue.Of(0.1), ColumnValue.Of("text"), ColumnValue.Json("{\"a\":1}"), ColumnValue.Of(new byte[] { 1, 2 }), ColumnValue.Date(20454),
        ColumnValue.Time(1), ColumnValue.Of(new Instant(1, 2)), ColumnValue.Of([ColumnValue.Of("a"), ColumnValue.Null]));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ColumnValue_TaggedJson_LosesNothing(ColumnValue value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) ColumnValueJson.Write(writer, value);
        using var json = JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray()));

        Assert.Equal(value, ColumnValueJson.Read(json.RootElement));
    }
}
