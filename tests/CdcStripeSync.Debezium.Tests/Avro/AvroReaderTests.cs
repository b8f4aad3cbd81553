using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Tests.Avro;

public sealed class AvroReaderTests
{
    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(63L)]
    [InlineData(-65L)]
    [InlineData(int.MaxValue)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Long_OfAnySize_RoundTrips(long value)
    {
        using var bytes = new MemoryStream();
        AvroEncoder.WriteLong(bytes, value);
        var reader = new AvroReader(bytes.ToArray());
        Assert.Equal(value, reader.ReadLong());
        Assert.Equal(0, reader.Remaining);
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02 })]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 })]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[0])]
    public void Long_TooLongOrCut_IsRefused(byte[] bytes) => Refused(bytes, r => r.ReadLong());

    [Fact]
    public void Int_BeyondItsRange_IsRefused() => Refused([0x80, 0x80, 0x80, 0x80, 0x20], r => r.ReadInt());

    [Fact]
    public void Boolean_NeitherZeroNorOne_IsRefused() => Refused([2], r => r.ReadBoolean() ? 1 : 0);

    [Fact]
    public void Length_BeyondTheRecord_IsRefusedBeforeAnythingIsAllocated()
    {
        byte[] huge = [0xfe, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(huge, r => r.ReadBytes().Length);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000);
    }

    [Fact]
    public void Length_Negative_IsRefused() => Refused([0x01], r => r.ReadBytes().Length);

    [Fact]
    public void String_NotUtf8_IsRefused() => Refused([0x04, 0xc3, 0x28], r => r.ReadString().Length);

    [Fact]
    public void BlockCount_BeyondTheRecord_IsRefused()
    {
        Refused([0xfe, 0xff, 0xff, 0xff, 0x0f], r => r.ReadBlockCount(1));
        Refused([0x01, 0x7e, 0], r => r.ReadBlockCount(1));
        Refused([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], r => r.ReadBlockCount(0));
    }

    [Fact]
    public void Values_NestedWithoutEnd_AreRefused()
    {
        var schema = AvroSchema.Parse("""{"type":"record","name":"Node","fields":[{"name":"next","type":["null","Node"]}]}""");
        var bytes = Enumerable.Repeat((byte)2, 100_000).ToArray();
        var error = Assert.Throws<AvroDataException>(() =>
        {
            var reader = new AvroReader(bytes);
            reader.Skip(schema);
        });
        Assert.Contains("nest deeper", error.Message, StringComparison.Ordinal);
    }

    private static void Refused(byte[] bytes, Func<ReaderBox, long> read) => Assert.Throws<AvroDataException>(() => read(new ReaderBox(bytes)));

    /// <summary>A reader that a lambda can hold.</summary>
    private sealed class ReaderBox(byte[] bytes)
    {
        public long ReadLong() => new AvroReader(bytes).ReadLong();

        public int ReadInt() => new AvroReader(bytes).ReadInt();

        public bool ReadBoolean() => new AvroReader(bytes).ReadBoolean();

        public byte[] ReadBytes() => new AvroReader(bytes).ReadBytes().ToArray();

        public string ReadString() => new AvroReader(bytes).ReadString();

        public long ReadBlockCount(int least) => new AvroReader(bytes).ReadBlockCount(least);
    }
}
