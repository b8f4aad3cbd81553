using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Core.Tests.Changes;

public sealed class SourcePositionTests
{
    [Theory]
    [InlineData("none")]
    [InlineData("lsn:2B/5F3A10")]
    [InlineData("binlog:12/4567/2@9:binlog")]
    [InlineData("offset:3/812@shop.public.products")]
    [InlineData("offset:3/812")]
    public void Text_ReadAgain_IsTheSamePosition(string text) => Assert.Equal(text, SourcePosition.Parse(text).ToString());

    [Fact]
    public void Offset_OfARecord_NamesItsTopic() => Assert.Equal("offset:3/812@shop.public.products", SourcePosition.Of(new RecordOrigin("shop.public.products", 3, 812)).ToString());

    [Theory]
    [InlineData("offset:0/3@b", "offset:0/5000@a", null)]
    [InlineData("offset:1/5001@a", "offset:0/5000@a", null)]
    [InlineData("offset:0/5001@a", "offset:0/5000@a", 1)]
    [InlineData("offset:0/5001@a", "offset:0/5000", 1)]
    [InlineData("offset:0/5000", "offset:0/5001@a", -1)]
    [InlineData("lsn:0/5", "offset:0/5000@a", null)]
    public void Offsets_AreComparedWithinOneTopicAndPartition_OrWhereTheTopicWasNotNotedYet(string one, string other, int? order) =>
        Assert.Equal(order, SourcePosition.Parse(one).CompareTo(SourcePosition.Parse(other)));
}
