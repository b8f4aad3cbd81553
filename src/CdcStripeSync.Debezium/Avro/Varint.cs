using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace CdcStripeSync.Debezium.Avro;

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
        if (body.Length - at < sizeof(ulong)) return ReadByBytes(body, at);
        var word = BinaryPrimitives.ReadUInt64LittleEndian(body[at..]);
        var ends = ~word & HighBits;
        if (ends != 0)
        {
            var bits = BitOperations.TrailingZeroCount(ends) + 1;
            return (Signed(Packed(word & (ulong.MaxValue >> (64 - bits)))), at + (bits >> 3));
        }

        var (rest, next) = ReadLast(body, at + sizeof(ulong));
        return (Signed(Packed(word) | rest), next);
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

    /// <summary>The ninth byte of a number, and the tenth.</summary>
    private static (ulong Bits, int Next) ReadLast(ReadOnlySpan<byte> body, int at)
    {
        if ((uint)at >= (uint)body.Length) return (0, -1);
        ulong ninth = body[at++];
        if (ninth < 0x80) return (ninth << 56, at);
        if ((uint)at >= (uint)body.Length || body[at] > 1) return (0, -1);
        return (((ninth & 0x7f) << 56) | ((ulong)body[at] << 63), at + 1);
    }

    private static (long Value, int Next) ReadByBytes(ReadOnlySpan<byte> body, int at)
    {
        ulong value = 0;
        for (var shift = 0; (uint)at < (uint)body.Length; shift += 7)
        {
            var b = body[at++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80) return (Signed(value), at);
        }

        return (0, -1);
    }

    private static long Signed(ulong zigzag) => (long)(zigzag >> 1) ^ -(long)(zigzag & 1);

    /// <summary>Eight bytes without their highest bits, the first lowest: seven bits of each, side by side.</summary>
    private static ulong Packed(ulong word)
    {
        word = (word & 0x007f_007f_007f_007f) | ((word & 0x7f00_7f00_7f00_7f00) >> 1);
        word = (word & 0x0000_3fff_0000_3fff) | ((word & 0x3fff_0000_3fff_0000) >> 2);
        return (word & 0x0000_0000_0fff_ffff) | ((word & 0x0fff_ffff_0000_0000) >> 4);
    }
}
