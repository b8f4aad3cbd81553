using System.Globalization;

namespace CdcStripeSync.DevStack.Connector.Columns;

/// <summary>PostgreSQL's ISO text of dates and times (session time zone UTC), years beyond .NET's range included.</summary>
internal static class TemporalText
{
    private const long MicrosecondsPerDay = 86_400_000_000;

    // Recorded in types-precise-adaptive: what Debezium makes of PostgreSQL's infinities.
    private const long PositiveInfinityMicroseconds = 9223372036825200000;
    private const long NegativeInfinityMicroseconds = -9223372036832400000;
    private const long PositiveInfinityDays = -2147472692;
    private const long NegativeInfinityDays = 2147483647;

    /// <summary>Days since 1970-01-01.</summary>
    public static object? Date(string text) => text switch
    {
        "infinity" => PositiveInfinityDays,
        "-infinity" => NegativeInfinityDays,
        _ => Days(text),
    };

    /// <summary>Microseconds since 1970-01-01 00:00, without zone.</summary>
    public static long Timestamp(string text) => text switch
    {
        "infinity" => PositiveInfinityMicroseconds,
        "-infinity" => NegativeInfinityMicroseconds,
        _ => Split(text) is var (date, time) ? (Days(date) * MicrosecondsPerDay) + TimeOfDay(time) : 0,
    };

    /// <summary>ISO-8601 in UTC with as many fractional digits as the column has (6 without a modifier).</summary>
    public static string ZonedTimestamp(string text, int digits)
    {
        if (text is "infinity" or "-infinity")
            return text;
        var (date, time) = Split(text);
        var zone = time.AsSpan().IndexOfAny('+', '-');
        time = zone < 0 ? time : time[..zone];
        var year = date.EndsWith(" BC", StringComparison.Ordinal) ? ToYear(date).ToString("0000", CultureInfo.InvariantCulture) : null;
        var day = year is null ? date : year + date[date.IndexOf('-', StringComparison.Ordinal)..^3];
        return $"{day}T{WithFraction(time, digits < 0 ? 6 : digits)}Z";
    }

    /// <summary>Microseconds since midnight; 24:00:00 is a whole day.</summary>
    public static long TimeOfDay(string text)
    {
        var hours = long.Parse(text.AsSpan(0, 2), CultureInfo.InvariantCulture);
        var minutes = long.Parse(text.AsSpan(3, 2), CultureInfo.InvariantCulture);
        var seconds = long.Parse(text.AsSpan(6, 2), CultureInfo.InvariantCulture);
        var fraction = text.Length > 9 ? long.Parse(text[9..].PadRight(6, '0'), CultureInfo.InvariantCulture) : 0;
        return (((((hours * 60) + minutes) * 60) + seconds) * 1_000_000) + fraction;
    }

    /// <summary>The time in UTC, as few fractional digits as it needs.</summary>
    public static string ZonedTime(string text)
    {
        var zone = text.AsSpan().IndexOfAny('+', '-');
        var parts = text[(zone + 1)..].Split(':').Select(p => long.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        var offset = parts.Select((p, i) => p * (i switch { 0 => 3600, 1 => 60, _ => 1 })).Sum() * 1_000_000 * (text[zone] == '-' ? -1 : 1);
        var utc = (TimeOfDay(text[..zone]) - offset + (2 * MicrosecondsPerDay)) % MicrosecondsPerDay;
        var time = TimeSpan.FromMicroseconds(utc).ToString(@"hh\:mm\:ss\.ffffff", CultureInfo.InvariantCulture);
        return time.TrimEnd('0').TrimEnd('.').PadRight(8, '0') + "Z";
    }

    private static string WithFraction(string time, int digits)
    {
        var seconds = time[..8];
        if (digits == 0)
            return seconds;
        var fraction = time.Length > 9 ? time[9..] : "";
        return $"{seconds}.{fraction.PadRight(digits, '0')}";
    }

    private static (string Date, string Time) Split(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var rest = text[(space + 1)..];
        return rest.EndsWith(" BC", StringComparison.Ordinal) ? (text[..space] + " BC", rest[..^3]) : (text[..space], rest);
    }

    private static long ToYear(string date)
    {
        var year = long.Parse(date.AsSpan(0, date.IndexOf('-', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
        return date.EndsWith(" BC", StringComparison.Ordinal) ? 1 - year : year;
    }

    /// <summary>Days from civil, proleptic Gregorian.</summary>
    /// <remarks>Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".</remarks>
    private static long Days(string date)
    {
        var dash = date.IndexOf('-', StringComparison.Ordinal);
        var year = ToYear(date);
        var month = long.Parse(date.AsSpan(dash + 1, 2), CultureInfo.InvariantCulture);
        var day = long.Parse(date.AsSpan(dash + 4, 2), CultureInfo.InvariantCulture);
        year -= month <= 2 ? 1 : 0;
        var era = (year >= 0 ? year : year - 399) / 400;
        var yearOfEra = year - (era * 400);
        var dayOfYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        var dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146097) + dayOfEra - 719468;
    }
}
