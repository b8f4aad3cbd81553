using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Debezium.Columns;

/// <summary>What Debezium's and Connect's semantic types mean, by the wire type that carries them; the same value whatever mode wrote it.</summary>
internal static class SemanticTypes
{
    /// <summary>The schema parameter that carries the database's own type.</summary>
    public const string SourceType = "__debezium.source.column.type";

    /// <summary>PostgreSQL's infinities as the connector writes them: as a date and, from microseconds, as a timestamp.</summary>
    private const long PositiveInfinityMicros = 9223372036825200000;
    private const long NegativeInfinityMicros = -9223372036832400000;
    /// <summary>PostgreSQL keeps an infinite date as the largest or smallest number of days since 2000; the connector adds the 10,957 days
    /// since 1970 in 32 bits, where the largest wraps round (recorded: types-*, c_date of row 3).</summary>
    private const int DaysTo2000 = 10_957;
    private const long PositiveInfinityDays = (long)int.MaxValue + DaysTo2000 - (1L << 32);
    private const long NegativeInfinityDays = (long)int.MinValue + DaysTo2000;

    /// <summary>As a snapshot reads them: through java.sql.Date, whose largest and smallest are the 16th or 17th of August 292278994 and, its era left out, the 2nd
    /// or 3rd of December 292269055, by the worker's time zone; as a number of days in 32 bits these wrap round. No date of PostgreSQL lies there.</summary>
    /// <remarks>Source: Debezium's PostgresTemporalPrecisionHandlingIT.shouldReceiveDeletesWithInfinityDate.</remarks>
    private const long ReadPositiveInfinityDays = 106_751_991_166;
    private const long ReadNegativeInfinityDays = 106_748_361_128;
    private const long ReadPositiveInfinityDaysIn32Bits = ReadPositiveInfinityDays - (25L << 32);
    private const long ReadNegativeInfinityDaysIn32Bits = ReadNegativeInfinityDays - (25L << 32);

    private const string DecimalText = "source:decimal";
    private const string UnsignedLong = "source:unsigned";

    /// <summary>The meaning that only the database's own type tells, where the connector passes it on (<c>column.propagate.source.type</c>):
    /// decimals written as text, and MySQL's unsigned bigint, whose upper half comes out negative.</summary>
    public static string? OfSource(string? columnType) => columnType?.ToUpperInvariant() switch
    {
        null => null,
        var type when type.StartsWith("NUMERIC", StringComparison.Ordinal) || type.StartsWith("DECIMAL", StringComparison.Ordinal) => DecimalText,
        var type when type.StartsWith("BIGINT", StringComparison.Ordinal) && type.Contains("UNSIGNED", StringComparison.Ordinal) => UnsignedLong,
        _ => null,
    };

    /// <param name="type">A semantic type by its name, or what <see cref="OfSource"/> made of the database's own.</param>
    public static Meaning Of(string? type) => type switch
    {
        "io.debezium.time.Date" or "org.apache.kafka.connect.data.Date" or "date" => Meaning.Date,
        "io.debezium.time.Time" or "org.apache.kafka.connect.data.Time" or "time-millis" => Meaning.TimeMillis,
        "io.debezium.time.MicroTime" or "time-micros" => Meaning.TimeMicros,
        "io.debezium.time.NanoTime" => Meaning.TimeNanos,
        "io.debezium.time.Timestamp" or "org.apache.kafka.connect.data.Timestamp" or "timestamp-millis" or "local-timestamp-millis" => Meaning.TimestampMillis,
        "io.debezium.time.MicroTimestamp" or "timestamp-micros" or "local-timestamp-micros" => Meaning.TimestampMicros,
        "io.debezium.time.NanoTimestamp" or "timestamp-nanos" or "local-timestamp-nanos" => Meaning.TimestampNanos,
        UnsignedLong => Meaning.UnsignedLong,
        "org.apache.kafka.connect.data.Decimal" or "decimal" => Meaning.Decimal,
        "big-decimal" => Meaning.BigDecimal,
        DecimalText => Meaning.DecimalText,
        "uuid" => Meaning.Uuid,
        "io.debezium.data.Json" => Meaning.Json,
        "io.debezium.time.ZonedTimestamp" or "io.debezium.time.IsoTimestamp" => Meaning.TimestampText,
        "io.debezium.time.IsoDate" => Meaning.DateText,
        "io.debezium.time.IsoTime" => Meaning.TimeText,
        _ => Meaning.Plain,
    };

    public static ColumnValue Integer(Meaning meaning, long value) => meaning switch
    {
        Meaning.Plain => ColumnValue.Of(value),
        Meaning.Date => Date(value),
        Meaning.TimeMillis => ColumnValue.Time(value * 1_000_000),
        Meaning.TimeMicros => ColumnValue.Time(value * 1_000),
        Meaning.TimeNanos => ColumnValue.Time(value),
        Meaning.TimestampMillis => Infinite(MicrosOf(value)) ?? ColumnValue.Of(Instant.FromMillis(value)),
        Meaning.TimestampMicros => Infinite(value) ?? ColumnValue.Of(Instant.FromMicros(value)),
        Meaning.TimestampNanos => NanoTimestamp(value),
        Meaning.UnsignedLong when value < 0 => ColumnValue.Of(new ExactDecimal((ulong)value, 0)),
        _ => ColumnValue.Of(value),
    };

    public static ColumnValue Text(Meaning meaning, string value) => meaning switch
    {
        Meaning.Plain => ColumnValue.Of(value),
        Meaning.Json => ColumnValue.Json(value),
        Meaning.TimestampText or Meaning.TimestampMillis or Meaning.TimestampMicros or Meaning.TimestampNanos => TemporalText.Timestamp(value),
        Meaning.DateText or Meaning.Date => TemporalText.Date(value),
        Meaning.TimeText or Meaning.TimeMillis or Meaning.TimeMicros or Meaning.TimeNanos => TemporalText.Time(value),
        Meaning.DecimalText => ExactDecimal.TryParse(value, out var number) ? ColumnValue.Of(number) : ColumnValue.Of(value),
        _ => ColumnValue.Of(value),
    };

    public static ColumnValue Bytes(Meaning meaning, ReadOnlySpan<byte> value, int scale) => meaning switch
    {
        Meaning.Decimal => DecimalBytes.Read(value, scale),
        Meaning.Uuid when value.Length == 16 => ColumnValue.Of(new Guid(value, bigEndian: true).ToString()),
        _ => ColumnValue.Of(value.ToArray()),
    };

    public static ColumnValue Date(long days) => days switch
    {
        PositiveInfinityDays or int.MaxValue => ColumnValue.Date(long.MaxValue),
        NegativeInfinityDays or int.MinValue or -int.MaxValue => ColumnValue.Date(long.MinValue),
        ReadPositiveInfinityDays or ReadPositiveInfinityDays + 1 or ReadPositiveInfinityDaysIn32Bits or ReadPositiveInfinityDaysIn32Bits + 1 => ColumnValue.Date(long.MaxValue),
        ReadNegativeInfinityDays or ReadNegativeInfinityDays + 1 or ReadNegativeInfinityDaysIn32Bits or ReadNegativeInfinityDaysIn32Bits + 1 => ColumnValue.Date(long.MinValue),
        _ => ColumnValue.Date(days),
    };

    /// <summary>The infinities as written, and as they come out where 64 bits of nanoseconds cannot hold them and wrap round (recorded:
    /// types-nanoseconds, c_ts of row 3). Other times beyond 1677 and 2262 wrap round, too, and cannot be told.</summary>
    private static ColumnValue NanoTimestamp(long nanos) => nanos switch
    {
        long.MaxValue or unchecked(PositiveInfinityMicros * 1_000) => ColumnValue.Of(Instant.PositiveInfinity),
        long.MinValue or unchecked(NegativeInfinityMicros * 1_000) => ColumnValue.Of(Instant.NegativeInfinity),
        _ => ColumnValue.Of(Instant.FromNanos(nanos)),
    };

    private static long MicrosOf(long millis) => (long)Int128.Clamp((Int128)millis * 1000, long.MinValue, long.MaxValue);

    public static ColumnValue Timestamp(Int128 nanos, long micros) => Infinite(micros) ?? ColumnValue.Of(Instant.FromNanos(nanos));

    private static ColumnValue? Infinite(long micros) => micros switch
    {
        >= PositiveInfinityMicros - 1_000 => ColumnValue.Of(Instant.PositiveInfinity),
        <= NegativeInfinityMicros + 1_000 => ColumnValue.Of(Instant.NegativeInfinity),
        _ => null,
    };
}
