namespace CdcStripeSync.Core.Values;

/// <summary>What a <see cref="ColumnValue"/> holds.</summary>
public enum ColumnKind : byte
{
    /// <summary>Not known here: an unchanged TOAST column, or one the writer's schema lacks. Never null, never sent.</summary>
    Unavailable = 0,
    Null,
    Boolean,
    /// <summary>A 64-bit integer.</summary>
    Integer,
    /// <summary>An <see cref="ExactDecimal"/>; also integers beyond 64 bits.</summary>
    Decimal,
    /// <summary>A binary floating point number (float columns, or decimals under <c>decimal.handling.mode=double</c>).</summary>
    Double,
    Text,
    /// <summary>JSON text (json, jsonb, Debezium's io.debezium.data.Json); compared as JSON, not as text.</summary>
    Json,
    Bytes,
    /// <summary>Days since 1970-01-01 (proleptic Gregorian).</summary>
    Date,
    /// <summary>Nanoseconds since midnight.</summary>
    Time,
    /// <summary>An <see cref="Instant"/>: seconds and nanoseconds since 1970-01-01T00:00Z (a local timestamp is read as UTC).</summary>
    Timestamp,
    /// <summary>A list of column values.</summary>
    Array,
    /// <summary>Text keys to text or null (hstore).</summary>
    Map,
}
