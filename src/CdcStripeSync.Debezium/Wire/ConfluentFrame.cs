using System.Buffers.Binary;

namespace CdcStripeSync.Debezium.Wire;

/// <summary>Confluent's wire format: a zero byte, the schema's id (4 bytes, big-endian), the Avro body.</summary>
public readonly record struct ConfluentFrame(int SchemaId, ReadOnlyMemory<byte> Body)
{
    private const int HeaderSize = 5;

    /// <summary>False for bytes that begin otherwise than any frame.</summary>
    public static bool MayBe(ReadOnlySpan<byte> bytes) => bytes.Length >= HeaderSize && bytes[0] == 0;

    /// <summary>Reads the frame, or says why there is none.</summary>
    public static string? TryRead(ReadOnlyMemory<byte> bytes, out ConfluentFrame frame)
    {
        frame = default;
        if (bytes.Length == 0) return "empty, expected at least five bytes";
        if (bytes.Span[0] != 0) return $"magic byte is 0x{bytes.Span[0]:x2}, expected 0x00";
        if (bytes.Length < HeaderSize) return $"{bytes.Length} bytes, expected at least five";
        frame = new ConfluentFrame(BinaryPrimitives.ReadInt32BigEndian(bytes.Span[1..]), bytes[HeaderSize..]);
        // Registries begin to count at 1: four bytes of zero are the upper half of a longer id.
        return frame.SchemaId == 0 && frame.Body.Length >= sizeof(int) ? "the id takes eight bytes (Apicurio without as-confluent), expected four" : null;
    }
}
