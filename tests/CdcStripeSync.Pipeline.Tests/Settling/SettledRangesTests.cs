using CdcStripeSync.Pipeline.Settling;
using FsCheck;
using FsCheck.Fluent;

namespace CdcStripeSync.Pipeline.Tests.Settling;

public sealed class SettledRangesTests
{
    [Fact]
    public void Ranges_WrittenAndReadBack_AreTheSame() => Prop.ForAll((byte[] gaps, uint next) =>
    {
        var ranges = RangesOf(gaps, next);
        return SettledRanges.Parse(next, SettledRanges.Text(next, ranges)).Ranges.SequenceEqual(ranges);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Ranges_Contain_ExactlyWhatLiesInThem() => Prop.ForAll((byte[] gaps, uint next) =>
    {
        var ranges = RangesOf(gaps, next);
        var read = SettledRanges.Parse(next, SettledRanges.Text(next, ranges));
        return Enumerable.Range(0, 600).All(i => read.Contains(next + i) == ranges.Exists(r => r.First <= next + i && next + i <= r.Last));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void AnyText_IsReadAsRangesBeyondTheOffset_OrAsNone() => Prop.ForAll((byte[] letters, byte next) =>
    {
        var text = $"{next}:{string.Concat(letters.Select(l => "0123456789,-: x"[l % 15]))}";
        return SettledRanges.Parse(next, text).Ranges.All(r => r.First > next && r.Last >= r.First);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("3-7,12")] // as written before the offset stood in the text
    [InlineData("11:3-7")] // counted from another offset
    [InlineData("10:")]
    [InlineData("10:0-4")]
    [InlineData("10:7-3")]
    [InlineData("10:1-5,4")]
    [InlineData("10:1,,3")]
    [InlineData("10:-1")]
    [InlineData("10:1-99999999999999999999")]
    [InlineData("10: 3")]
    public void TextThatIsNone_TellsOfNothing(string? text) => Assert.Same(SettledRanges.None, SettledRanges.Parse(10, text));

    [Fact]
    public void MoreThanTheTextHasRoomFor_TheLowestAreKept()
    {
        var ranges = Enumerable.Range(0, 5_000).Select(i => new OffsetRange(2 + (2 * i), 2 + (2 * i))).ToList();
        var text = SettledRanges.Text(0, ranges);
        var kept = SettledRanges.Parse(0, text).Ranges;
        Assert.InRange(text.Length, SettledRanges.MostText - 10, SettledRanges.MostText);
        Assert.Equal(ranges.Take(kept.Length), kept);
    }

    /// <summary>Gaps and lengths by turns.</summary>
    private static List<OffsetRange> RangesOf(byte[] gaps, long next)
    {
        var ranges = new List<OffsetRange>();
        var end = next;
        foreach (var pair in gaps.Take(400).Chunk(2).Where(p => p.Length == 2))
        {
            ranges.Add(new OffsetRange(end + 1 + (pair[0] % 9), end + 1 + (pair[0] % 9) + (pair[1] % 9)));
            end = ranges[^1].Last;
        }

        return ranges;
    }
}
