using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace CdcStripeSync.Debezium.Projection;

/// <summary>Avro's zigzag numbers of variable length.</summary>
internal static class Varint
{
    private const ulong HighBits = 0x8080_8080_8080_8080;

    /// <summary>The position after the number; negative where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Skip(ReadOnlySpan<byte> body, int at) =>
        (uint)at < (uint)body.Length && body[at] < 0x80 ? at + 1 : SkipLong(body, at);

    /// <summary>A length or an index that fits the record: its value, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int Value, int Next) Count(ReadOnlySpan<byte> body, int at)
    {
        if ((uint)at < (uint)body.Length && body[at] < 0x80) return ((body[at] & 1) == 0 ? body[at] >> 1 : -1, at + 1);
        return LongCount(body, at);
    }

    /// <summary>A whole number; <c>Next</c> is negative where there is none.</summary>
    public static (long Value, int Next) Read(ReadOnlySpan<byte> body, int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if ((uint)at >= (uint)body.Length) return (0, -1);
            var b = body[at++];
            if (shift == 63 && b > 1) return (0, -1);
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80) return ((long)(value >> 1) ^ -(long)(value & 1), at);
        }

        return (0, -1);
    }

    private static int SkipLong(ReadOnlySpan<byte> body, int at)
    {
        if (body.Length - at < 8) return Read(body, at).Next;
        var ends = ~BinaryPrimitives.ReadUInt64LittleEndian(body[at..]) & HighBits;
        return ends == 0 ? Read(body, at).Next : at + (BitOperations.TrailingZeroCount(ends) >> 3) + 1;
    }

    private static (int Value, int Next) LongCount(ReadOnlySpan<byte> body, int at)
    {
        if (body.Length - at >= 2 && body[at + 1] < 0x80)
        {
            var two = (body[at] & 0x7f) | (body[at + 1] << 7);
            return ((two & 1) == 0 ? two >> 1 : -1, at + 2);
        }

        var (value, next) = Read(body, at);
        return (next >= 0 && value is >= 0 and <= int.MaxValue ? (int)value : -1, next);
    }
}
