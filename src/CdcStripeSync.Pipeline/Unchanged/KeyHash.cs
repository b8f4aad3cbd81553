using System.Buffers.Binary;
using System.Numerics;

namespace CdcStripeSync.Pipeline.Unchanged;

/// <summary>Hashes Kafka keys by their bytes. Each book has a seed of its own, so that keys cannot be made to collide.</summary>
internal readonly struct KeyHash(ulong seed)
{
    private const ulong Odd = 0x9E37_79B9_7F4A_7C15;

    public uint Of(ReadOnlySpan<byte> key)
    {
        var hash = seed ^ ((ulong)key.Length * Odd);
        for (; key.Length >= sizeof(ulong); key = key[sizeof(ulong)..]) hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(key));
        ulong rest = 0;
        foreach (var b in key) rest = (rest << 8) | b;
        return (uint)(Mix(hash, rest) >> 32);
    }

    private ulong Mix(ulong hash, ulong word)
    {
        var high = Math.BigMul(hash ^ word ^ seed, Odd, out var low);
        return BitOperations.RotateLeft(high ^ low, 23) + word;
    }
}
