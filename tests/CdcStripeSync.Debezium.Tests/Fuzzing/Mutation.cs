namespace CdcStripeSync.Debezium.Tests.Fuzzing;

/// <summary>Damages a record's value: flips, overwrites, cuts, repeats, swells, puts in huge lengths and counts. The frame stays, so that bodies are what is tried.</summary>
internal static class Mutation
{
    private const int Frame = 5;

    private static readonly byte[][] Numbers =
    [
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], [0xfe, 0xff, 0xff, 0xff, 0x0f], [0x01], [0x03], [0x80, 0x00], [0xff, 0xff, 0x03], [0x00],
    ];

    public static byte[] Of(ReadOnlySpan<byte> original, Random random)
    {
        var bytes = original.ToArray();
        for (var n = random.Next(1, 5); n > 0 && bytes.Length > Frame; n--)
        {
            var at = random.Next(Frame, bytes.Length);
            switch (random.Next(8))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes[at] = 0xff; break;
                case 3: bytes = bytes[..at]; break;
                case 4: bytes = [.. bytes[..at], .. bytes[Math.Max(Frame, at - random.Next(20))..]]; break;
                case 5: bytes = [.. bytes[..at], .. Numbers[random.Next(Numbers.Length)], .. bytes[at..]]; break;
                case 6: bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 9))..]]; break;
                default:
                    for (var k = at; k < Math.Min(bytes.Length, at + 9); k++) bytes[k] = 0xff;
                    break;
            }
        }

        return bytes;
    }
}
