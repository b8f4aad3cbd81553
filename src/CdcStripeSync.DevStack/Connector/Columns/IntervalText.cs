using System.Globalization;

namespace CdcStripeSync.DevStack.Connector.Columns;

/// <summary>PostgreSQL's text of an interval (IntervalStyle postgres): <c>1 year 2 mons 3 days 04:05:06.789</c>.</summary>
internal static class IntervalText
{
    private const double DaysPerMonth = 365.25 / 12;
    private const double MicrosecondsPerDay = 86_400_000_000d;

    /// <summary>Microseconds, a month counted as 365.25 / 12 days, as Debezium's MicroDuration.</summary>
    public static long Microseconds(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        double days = 0;
        long time = 0;
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i].Contains(':', StringComparison.Ordinal))
            {
                time = Time(words[i]);
                continue;
            }
            var count = long.Parse(words[i], CultureInfo.InvariantCulture);
            days += words[++i] switch
            {
                "year" or "years" => count * 12 * DaysPerMonth,
                "mon" or "mons" => count * DaysPerMonth,
                _ => count,
            };
        }
        return (long)(days * MicrosecondsPerDay) + time;
    }

    private static long Time(string text)
    {
        var negative = text[0] == '-';
        var parts = text.TrimStart('+', '-').Split(':', '.');
        var seconds = (((long.Parse(parts[0], CultureInfo.InvariantCulture) * 60)
            + long.Parse(parts[1], CultureInfo.InvariantCulture)) * 60) + long.Parse(parts[2], CultureInfo.InvariantCulture);
        var fraction = parts.Length > 3 ? long.Parse(parts[3].PadRight(6, '0'), CultureInfo.InvariantCulture) : 0;
        var total = (seconds * 1_000_000) + fraction;
        return negative ? -total : total;
    }
}
