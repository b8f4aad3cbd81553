using System.Globalization;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Postgres;

/// <summary>The column of a position: <c>lsn:0/1A</c>, and where positions have fallen, with the end of the epoch before: <c>lsn:0/1A since 1767225600.000000000</c>.</summary>
internal static class PositionText
{
    private const string Since = " since ";
    private const string NoTime = "-";

    public static string Of(StreamPosition at) =>
        at.Since is { } since ? string.Create(CultureInfo.InvariantCulture, $"{at.Position}{Since}{Text(since)}") : at.Position.ToString();

    public static StreamPosition Read(string text, int epoch, Instant? committedAt)
    {
        var end = text.LastIndexOf(Since, StringComparison.Ordinal);
        if (end < 0) return new StreamPosition(epoch, SourcePosition.Parse(text), committedAt);
        return new StreamPosition(epoch, SourcePosition.Parse(text[..end]), committedAt) { Since = Time(text[(end + Since.Length)..]) };
    }

    /// <summary>All of it in one column, where few rows have it: <c>2 1767225600.000000000 lsn:0/1A</c>, without a time <c>2 - lsn:0/1A</c>.</summary>
    public static string Whole(StreamPosition at) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.Epoch} {(at.CommittedAt is { } time ? Text(time) : NoTime)} {Of(at)}");

    public static StreamPosition ReadWhole(string text)
    {
        var parts = text.Split(' ', 3);
        return Read(parts[2], int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1] == NoTime ? null : Time(parts[1]));
    }

    private static string Text(Instant time) => string.Create(CultureInfo.InvariantCulture, $"{time.Seconds}.{time.Nanos:D9}");

    private static Instant Time(string text)
    {
        var parts = text.Split('.');
        return new Instant(long.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
