using System.Buffers.Binary;
using System.Numerics;

namespace CdcStripeSync.Pipeline.Unchanged;

/// <summary>Kafka keys by their bytes. The hash has a seed of its own for each book, so that keys cannot be made to collide.</summary>
internal sealed class RecordKeyComparer(ulong seed) : IEqualityComparer<ReadOnlyMemory<byte>>
{
    private const ulong Odd = 0x9E37_79B9_7F4A_7C15;

    public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

    public int GetHashCode(ReadOnlyMemory<byte> key)
    {
        var bytes = key.Span;
        var hash = seed ^ ((ulong)bytes.Length * Odd);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        ulong rest = 0;
        foreach (var b in bytes) rest = (rest << 8) | b;
        return (int)(Mix(hash, rest) >> 32);
    }

    private ulong Mix(ulong hash, ulong word)
    {
        var high = Math.BigMul(hash ^ word ^ seed, Odd, out var low);
        return BitOperations.RotateLeft(high ^ low, 23) + word;
    }
}
