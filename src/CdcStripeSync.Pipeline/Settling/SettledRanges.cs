using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace CdcStripeSync.Pipeline.Settling;

/// <summary>Offsets of one partition that are settled beyond its lowest unsettled one: what a restart need not do again. Pure.</summary>
/// <remarks>As text <c>1000:3-7,12</c>: the lowest unsettled offset, and ranges counted from it. The offset stands in the text too, so that ranges
/// never count from another one than they were written for, should somebody have put the stored offset back.</remarks>
public sealed record SettledRanges
{
    /// <summary>Kafka takes no longer metadata with an offset.</summary>
    public const int MostText = 4_096;

    public static readonly SettledRanges None = new(0, []);

    private SettledRanges(long next, ImmutableArray<OffsetRange> ranges) => (Next, Ranges) = (next, ranges);

    /// <summary>The lowest unsettled offset that they were told beside.</summary>
    public long Next { get; }

    /// <summary>In order, none over another.</summary>
    public ImmutableArray<OffsetRange> Ranges { get; }

    /// <summary>From the stored text; none where it is no such text, or speaks of another offset.</summary>
    public static SettledRanges Parse(long next, string? text)
    {
        if (text is null || text.Length > MostText || text.IndexOf(':', StringComparison.Ordinal) is not (> 0 and var colon)) return None;
        if (Number(text.AsSpan(0, colon)) != next) return None;
        var ranges = ImmutableArray.CreateBuilder<OffsetRange>();
        foreach (var part in text[(colon + 1)..].Split(','))
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            if (Number(dash < 0 ? part : part.AsSpan(0, dash)) is not { } first || Number(dash < 0 ? part : part.AsSpan(dash + 1)) is not { } last) return None;
            if (first > last || first == 0 || (ranges.Count > 0 && next + first <= ranges[^1].Last)) return None;
            ranges.Add(new OffsetRange(next + first, next + last));
        }

        return new SettledRanges(next, ranges.ToImmutable());
    }

    /// <summary>As many of the ranges, the lowest first, as the text has room for; empty where there is none.</summary>
    /// <param name="ranges">Beyond <paramref name="next"/>, in order.</param>
    public static string Text(long next, IEnumerable<OffsetRange> ranges)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{next}");
        var separator = ':';
        foreach (var (first, last) in ranges)
        {
            var before = text.Length;
            text.Append(separator).Append(CultureInfo.InvariantCulture, $"{first - next}");
            if (last > first) text.Append(CultureInfo.InvariantCulture, $"-{last - next}");
            if (text.Length > MostText)
            {
                text.Length = before;
                break;
            }

            separator = ',';
        }

        return separator == ':' ? "" : text.ToString();
    }

    public bool Contains(long offset)
    {
        if (Ranges is not [.., var newest] || offset > newest.Last) return false;
        return offset >= Ranges.First(r => offset <= r.Last).First;
    }

    /// <summary>What of them lies beyond an offset.</summary>
    public IEnumerable<OffsetRange> Beyond(long offset) => Ranges.Where(r => r.Last > offset).Select(r => r with { First = Math.Max(r.First, offset + 1) });

    private static long? Number(ReadOnlySpan<char> text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < long.MaxValue / 2 ? number : null;
}
