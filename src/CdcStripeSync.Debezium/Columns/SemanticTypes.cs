using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Debezium.Columns;

/// <summary>What Debezium's and Connect's semantic types mean, by the wire type that carries them; the same value whatever mode wrote it.</summary>
internal static class SemanticTypes
{
    /// <summary>PostgreSQL's infinities as the connector writes them: as a date and, from microseconds, as a timestamp.</summary>
    private const long PositiveInfinityMicros = 9223372036825200000;
    private const long NegativeInfinityMicros = -9223372036832400000;
    /// <summary>PostgreSQL keeps an infinite date as the largest or smallest number of days since 2000; the connector adds the 10,957 days
    /// since 1970 in 32 bits, where the largest wraps round (recorded: types-*, c_date of row 3).</summary>
    private const int DaysTo2000 = 10_957;
    private const long PositiveInfinityDays = (long)int.MaxValue + DaysTo2000 - (1L << 32);
    private const long NegativeInfinityDays = (long)int.MinValue + DaysTo2000;

    public static ColumnValue Integer(string? type, long value) => type switch
    {
        "io.debezium.time.Date" or "org.apache.kafka.connect.data.Date" or "date" => Date(value),
        "io.debezium.time.Time" or "org.apache.kafka.connect.data.Time" or "time-millis" => ColumnValue.Time(value * 1_000_000),
        "io.debezium.time.MicroTime" or "time-micros" => ColumnValue.Time(value * 1_000),
        "io.debezium.time.NanoTime" => ColumnValue.Time(value),
        "io.debezium.time.Timestamp" or "org.apache.kafka.connect.data.Timestamp" or "timestamp-millis" => Timestamp((Int128)value * 1_000_000, MicrosOf(value)),
        "io.debezium.time.MicroTimestamp" or "timestamp-micros" => Timestamp((Int128)value * 1_000, value),
        "io.debezium.time.NanoTimestamp" => ColumnValue.Of(Instant.FromNanos(value)),
        _ => ColumnValue.Of(value),
    };

    public static ColumnValue Text(string? type, string value) => type switch
    {
        "io.debezium.data.Json" => ColumnValue.Json(value),
        "io.debezium.time.ZonedTimestamp" or "io.debezium.time.IsoTimestamp" => TemporalText.Timestamp(value),
        "io.debezium.time.IsoDate" => TemporalText.Date(value),
        "io.debezium.time.IsoTime" => TemporalText.Time(value),
        _ => ColumnValue.Of(value),
    };

    public static ColumnValue Bytes(string? type, ReadOnlySpan<byte> value, int scale) => type switch
    {
        "org.apache.kafka.connect.data.Decimal" or "decimal" => ColumnValue.Of(DecimalBytes.Read(value, scale)),
        _ => ColumnValue.Of(value.ToArray()),
    };

    public static ColumnValue Date(long days) => days switch
    {
        PositiveInfinityDays or int.MaxValue => ColumnValue.Date(long.MaxValue),
        NegativeInfinityDays or int.MinValue or -int.MaxValue => ColumnValue.Date(long.MinValue),
        _ => ColumnValue.Date(days),
    };

    private static long MicrosOf(long millis) => (long)Int128.Clamp((Int128)millis * 1000, long.MinValue, long.MaxValue);

    public static ColumnValue Timestamp(Int128 nanos, long micros) => micros switch
    {
        >= PositiveInfinityMicros - 1_000 => ColumnValue.Of(Instant.PositiveInfinity),
        <= NegativeInfinityMicros + 1_000 => ColumnValue.Of(Instant.NegativeInfinity),
        _ => ColumnValue.Of(Instant.FromNanos(nanos)),
    };
}
