using System.Globalization;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Postgres;

/// <summary>The column of a position: <c>lsn:0/1A</c>, and where positions have fallen, with the end of the epoch before: <c>lsn:0/1A since 1767225600.000000000</c>.</summary>
internal static class PositionText
{
    private const string Since = " since ";

    public static string Of(StreamPosition at) =>
        at.Since is { } since ? string.Create(CultureInfo.InvariantCulture, $"{at.Position}{Since}{since.Seconds}.{since.Nanos:D9}") : at.Position.ToString();

    public static StreamPosition Read(string text, int epoch, Instant? committedAt)
    {
        var end = text.LastIndexOf(Since, StringComparison.Ordinal);
        if (end < 0) return new StreamPosition(epoch, SourcePosition.Parse(text), committedAt);
        var since = text[(end + Since.Length)..].Split('.');
        return new StreamPosition(epoch, SourcePosition.Parse(text[..end]), committedAt)
        {
            Since = new Instant(long.Parse(since[0], CultureInfo.InvariantCulture), int.Parse(since[1], CultureInfo.InvariantCulture)),
        };
    }
}
