using System.Globalization;
using System.Text.Json;
using Avro;
using Avro.Generic;
using Avro.IO;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Debezium.Tests.Columns;
using FsCheck;
using FsCheck.Fluent;

namespace CdcStripeSync.Debezium.Tests.SecondOpinion;

/// <summary>Avro's own logical types mean to a column what they mean to Apache Avro, as far as .NET's values reach there.</summary>
public sealed class LogicalTypeTests
{
    private const long FirstDay = -719_162; // 0001-01-01, where DateTime begins
    private const long Days = 3_652_059;
    private const long DayMicros = 86_400_000_000;

    [Theory]
    [InlineData("int", "date", FirstDay, Days)]
    [InlineData("int", "time-millis", 0, 86_400_000)]
    [InlineData("long", "time-micros", 0, DayMicros)]
    [InlineData("long", "timestamp-millis", FirstDay * 86_400_000, Days * 86_400_000)]
    [InlineData("long", "timestamp-micros", FirstDay * DayMicros, Days * DayMicros)]
    public void Number_OfALogicalType_MeansTheSame(string kind, string logicalType, long least, long count)
    {
        var type = $$"""{"type":"{{kind}}","logicalType":"{{logicalType}}"}""";
        var numbers = ArbMap.Default.GeneratorFor<ulong>().Select(n => least + (long)(n % (ulong)count));
        Check(numbers.Select(n => (type, n.ToString(CultureInfo.InvariantCulture))));
        Check(Gen.Elements(least, least + count - 1).Select(n => (type, n.ToString(CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void Decimal_OfBytesOrFixed_MeansTheSame()
    {
        var unscaled = Gen.Choose(1, 20).SelectMany(size => Gen.Choose(0, 255).ListOf(size)).Select(b => b.ToArray());
        Check(unscaled.Zip(Gen.Choose(0, 30)).Zip(Gen.Elements(true, false)).Select(d =>
        {
            var ((bytes, scale), isFixed) = d;
            var carrier = isFixed ? $$"""{"type":"fixed","name":"F","size":{{bytes.Length}}""" : """{"type":"bytes" """;
            var precision = isFixed ? (int)Math.Log10(Math.Pow(2, (8 * bytes.Length) - 1) - 1) : 60; // what a fixed holds bounds it
            var type = $$"""{{carrier}},"logicalType":"decimal","precision":{{Math.Max(precision, 1)}},"scale":{{Math.Min(scale, precision)}}}""";
            return (type, JsonSerializer.Serialize(string.Concat(bytes.Select(b => (char)b))));
        }));
    }

    [Fact]
    public void Uuid_AsText_MeansTheSame() =>
        Check(ArbMap.Default.GeneratorFor<Guid>().Select(g => ("""{"type":"string","logicalType":"uuid"}""", $"\"{g}\"")));

    private static void Check(Gen<(string Type, string Value)> columns) => Prop.ForAll(columns.ToArbitrary(), column =>
    {
        var own = Types.ReadAsync(column.Type, column.Value);
        Assert.True(own.IsCompletedSuccessfully);
        Assert.Equal(Apache(column.Type, column.Value), own.Result);
    }).QuickCheckThrowOnFailure();

    private static ColumnValue Apache(string type, string value)
    {
        var schema = $$"""{"type":"record","name":"Value","fields":[{"name":"c","type":{{type}}}]}""";
        using var body = new MemoryStream(new AvroEncoder().Encode(Debezium.Avro.AvroSchema.Parse(schema), JsonElement.Parse($$"""{"c":{{value}}}""")));
        var parsed = Schema.Parse(schema);
        return new GenericReader<GenericRecord>(parsed, parsed).Read(null!, new BinaryDecoder(body))["c"] switch
        {
            AvroDecimal number => ColumnValue.Of(new ExactDecimal(number.UnscaledValue, number.Scale)),
            Guid uuid => ColumnValue.Of(uuid.ToString()),
            TimeSpan time => ColumnValue.Time(time.Ticks * TimeSpan.NanosecondsPerTick),
            DateTime day when type.Contains("\"date\"", StringComparison.Ordinal) => ColumnValue.Date((day - DateTime.UnixEpoch).Days),
            DateTime time => ColumnValue.Of(Instant.FromNanos((Int128)(time - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick)),
            var other => throw new InvalidOperationException($"Apache Avro read a {other?.GetType()}"),
        };
    }
}
