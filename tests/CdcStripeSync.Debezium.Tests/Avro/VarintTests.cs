using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Tests.Avro;

/// <summary>Zigzag numbers of every length, at any distance from the end of the bytes.</summary>
public sealed class VarintTests
{
    public static TheoryData<int> Room() => [0, 1, 3, 7, 8, 20];

    [Theory]
    [MemberData(nameof(Room))]
    public void Number_OfAnyLength_IsRead(int room)
    {
        for (var bit = 0; bit < 64; bit++)
        {
            foreach (var value in new[] { 1L << bit, (1L << bit) - 1, -(1L << bit), 0x5555_5555_5555_5555 >> bit, long.MinValue >> bit })
            {
                byte[] number = [.. Zigzag(value)];
                byte[] bytes = [.. number, .. Enumerable.Repeat((byte)0xff, room)];
                var reader = new AvroReader(bytes);
                Assert.Equal((value, number.Length), (reader.ReadLong(), reader.Position));
                for (var length = 0; length < number.Length; length++) Assert.Throws<AvroDataException>(() => new AvroReader(number.AsSpan(0, length)).ReadLong());
            }
        }
    }

    [Theory]
    [InlineData(9, 2)]
    [InlineData(9, 0x80)]
    [InlineData(20, 0)]
    public void Number_OfMoreThan64Bits_IsNone(int before, byte last)
    {
        byte[] bytes = [.. Enumerable.Repeat((byte)0x80, before), last, 0, 0];
        Assert.Throws<AvroDataException>(() => new AvroReader(bytes).ReadLong());
    }

    private static IEnumerable<byte> Zigzag(long value)
    {
        var rest = (ulong)(value << 1) ^ (ulong)(value >> 63);
        for (; rest > 0x7f; rest >>= 7) yield return (byte)(rest | 0x80);
        yield return (byte)rest;
    }
}
