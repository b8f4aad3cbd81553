using System.Numerics;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Debezium.Columns;

/// <summary>Connect's Decimal: the unscaled number as big-endian two's complement.</summary>
internal static class DecimalBytes
{
    public static ExactDecimal Read(ReadOnlySpan<byte> bytes, int scale) =>
        new(new BigInteger(bytes, isUnsigned: false, isBigEndian: true), scale);
}
