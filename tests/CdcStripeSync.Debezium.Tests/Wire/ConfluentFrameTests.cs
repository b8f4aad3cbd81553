using CdcStripeSync.Debezium.Wire;

namespace CdcStripeSync.Debezium.Tests.Wire;

public sealed class ConfluentFrameTests
{
    [Fact]
    public void Frame_IdAndBody_AreSplitAtTheFifthByte()
    {
        Assert.Null(ConfluentFrame.TryRead(new byte[] { 0, 0x01, 0x02, 0x03, 0x04, 0xaa, 0xbb }, out var frame));
        Assert.Equal(0x01020304, frame.SchemaId);
        Assert.Equal([0xaa, 0xbb], frame.Body.ToArray());
    }

    [Fact]
    public void Frame_WithoutABody_IsAFrame()
    {
        Assert.Null(ConfluentFrame.TryRead(new byte[] { 0, 0, 0, 0, 7 }, out var frame));
        Assert.Equal((7, 0), (frame.SchemaId, frame.Body.Length));
    }

    [Theory]
    [InlineData(new byte[] { 1, 0, 0, 0, 7, 0 }, "magic byte is 0x01, expected 0x00")]
    [InlineData(new byte[] { 0xff }, "magic byte is 0xff, expected 0x00")]
    [InlineData(new byte[] { 0, 0, 0, 7 }, "4 bytes, expected at least five")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 7, 2 }, "the id takes eight bytes (Apicurio without as-confluent), expected four")]
    [InlineData(new byte[0], "empty, expected at least five bytes")]
    public void Frame_Damaged_SaysWhatWasExpected(byte[] bytes, string error) =>
        Assert.Equal(error, ConfluentFrame.TryRead(bytes, out _));
}
