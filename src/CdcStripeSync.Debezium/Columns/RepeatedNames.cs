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
        if (utf8.Length is 0 or > Longest || !Ascii.IsValid(utf8)) return null;
        var hash = (uint)utf8.Length;
        foreach (var b in utf8) hash = (hash * 31) + b;
        ref var place = ref _names[hash % Places];
        if (place is { } known && utf8.SequenceEqual(known.Bytes)) return known.Text;
        var name = new Name(utf8.ToArray(), Encoding.ASCII.GetString(utf8));
        Volatile.Write(ref place, name);
        return name.Text;
    }

    private sealed record Name(byte[] Bytes, string Text);
}
