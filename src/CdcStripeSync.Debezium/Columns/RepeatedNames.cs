using System.Buffers.Binary;
using System.Text;

namespace CdcStripeSync.Debezium.Columns;

/// <summary>Short ASCII texts that come with every record (names of servers, tables, versions), each made once. Thread-safe; of two texts that want
/// one place the later stays.</summary>
internal sealed class RepeatedNames
{
    private const int Longest = 24;
    private const int Places = 256;
    private readonly Name?[] _names = new Name?[Places];

    /// <summary>The text; null where it is not of this kind.</summary>
    public string? Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > Longest) return null;
        ref var place = ref _names[Hash(utf8) % Places];
        if (place is { } known && utf8.SequenceEqual(known.Bytes)) return known.Text;
        if (!Ascii.IsValid(utf8)) return null;
        var name = new Name(utf8.ToArray(), Encoding.ASCII.GetString(utf8));
        Volatile.Write(ref place, name);
        return name.Text;
    }

    /// <summary>Of the length and both ends: these names differ there.</summary>
    private static uint Hash(ReadOnlySpan<byte> utf8)
    {
        var length = utf8.Length;
        if (length < sizeof(uint)) return (uint)((((utf8[0] * 31) + utf8[length >> 1]) * 31) + utf8[length - 1] + length);
        return (BinaryPrimitives.ReadUInt32LittleEndian(utf8) * 0x9E37_79B1 ^ BinaryPrimitives.ReadUInt32LittleEndian(utf8[^sizeof(uint)..]) * 0x85EB_CA77 ^ (uint)length) >> 13;
    }

    private sealed record Name(byte[] Bytes, string Text);
}
