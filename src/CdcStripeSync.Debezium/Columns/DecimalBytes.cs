using System.Numerics;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Debezium.Columns;

/// <summary>Connect's Decimal: the unscaled number as big-endian two's complement.</summary>
internal static class DecimalBytes
{
    /// <summary>False for scales that no database has: making such a number exact would cost its size in time and memory.</summary>
    public static bool IsScale(int scale) => scale is >= -ExactDecimal.MaxScale and <= ExactDecimal.MaxScale;

    /// <summary>False for numbers of more digits than <see cref="ExactDecimal.MaxDigits"/>: their bytes cost more than their length to read.</summary>
    public static bool Fits(ReadOnlySpan<byte> bytes) => bytes.Length <= (ExactDecimal.MaxDigits * 10 / 24) + 1; // ten digits take at least 4.15 bytes

    public static ColumnValue Read(ReadOnlySpan<byte> bytes, int scale)
    {
        if (bytes.Length is 0 or > sizeof(long) || scale < 0) return ColumnValue.Of(new ExactDecimal(new BigInteger(bytes, isUnsigned: false, isBigEndian: true), scale));
        long unscaled = (sbyte)bytes[0];
        for (var i = 1; i < bytes.Length; i++) unscaled = (unscaled << 8) | bytes[i];
        return ColumnValue.Decimal(unscaled, scale);
    }
}
