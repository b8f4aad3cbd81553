namespace CdcStripeSync.Debezium.Columns;

/// <summary>What a semantic type says of the value that its wire type carries.</summary>
internal enum Meaning
{
    /// <summary>Nothing beyond the wire type.</summary>
    Plain,
    Date,
    TimeMillis,
    TimeMicros,
    TimeNanos,
    TimestampMillis,
    TimestampMicros,
    TimestampNanos,
    /// <summary>MySQL's unsigned bigint, whose upper half comes out negative.</summary>
    UnsignedLong,
    Decimal,
    /// <summary>Avro's decimal with its scale beside it.</summary>
    BigDecimal,
    /// <summary>A decimal written as text.</summary>
    DecimalText,
    Uuid,
    Json,
    /// <summary>ISO 8601 text: a timestamp, a date, a time of day.</summary>
    TimestampText,
    DateText,
    TimeText,
}
