using System.Globalization;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Debezium.Columns;

/// <summary>Dates and times that the connector wrote as text: ISO 8601, with or without zone, years before Christ, infinities.</summary>
internal static class TemporalText
{
    private const string Infinity = "infinity";
    private const long NanosPerSecond = 1_000_000_000;
    private const long NanosPerMinute = 60 * NanosPerSecond;
    private const long NanosPerHour = 60 * NanosPerMinute;
    private const long NanosPerDay = 24 * NanosPerHour;

    public static ColumnValue Timestamp(string text)
    {
        if (text == Infinity) return ColumnValue.Of(Instant.PositiveInfinity);
        if (text == "-" + Infinity) return ColumnValue.Of(Instant.NegativeInfinity);
        var t = text.IndexOf('T', StringComparison.Ordinal);
        if (t < 0 || Days(text.AsSpan(0, t)) is not { } days || NanosOfDay(text.AsSpan(t + 1)) is not { } nanos) return ColumnValue.Of(text);
        var whole = ((Int128)days * NanosPerDay) + nanos;
        return SemanticTypes.Timestamp(whole, (long)Int128.Clamp(whole / 1_000, long.MinValue, long.MaxValue));
    }

    /// <summary>The usual form, <c>2026-11-21T05:15:30[.123456]Z</c>, read where it stands; false for any other.</summary>
    public static bool TryTimestamp(ReadOnlySpan<byte> utf8, out ColumnValue value)
    {
        value = default;
        if (utf8.Length < 20 || utf8[4] != '-' || utf8[7] != '-' || utf8[10] != 'T' || utf8[13] != ':' || utf8[16] != ':' || utf8[^1] != 'Z') return false;
        int year = Digits(utf8[..4]), month = Digits(utf8[5..7]), day = Digits(utf8[8..10]);
        int hours = Digits(utf8[11..13]), minutes = Digits(utf8[14..16]), seconds = Digits(utf8[17..19]);
        if ((year | month | day | hours | minutes | seconds) < 0 || hours > 23 || minutes > 59 || seconds > 59) return false;
        var nanos = 0;
        if (utf8.Length > 20)
        {
            var fraction = utf8[20..^1];
            if (utf8[19] != '.' || fraction.Length is 0 or > 9 || (nanos = Digits(fraction)) < 0) return false;
            for (var digits = fraction.Length; digits < 9; digits++) nanos *= 10;
        }

        if (new CivilDate(year, month, day).ToDays() is not { } days) return false;
        value = ColumnValue.Of(new Instant((((((days * 24) + hours) * 60) + minutes) * 60) + seconds, nanos));
        return true;
    }

    public static ColumnValue Date(string text)
    {
        if (text == Infinity) return ColumnValue.Date(long.MaxValue);
        if (text == "-" + Infinity) return ColumnValue.Date(long.MinValue);
        return Days(text.AsSpan().TrimEnd('Z')) is { } days ? SemanticTypes.Date(days) : ColumnValue.Of(text);
    }

    /// <summary>MySQL's TIME may be negative and longer than a day.</summary>
    public static ColumnValue Time(string text)
    {
        var clock = text.AsSpan().TrimEnd('Z');
        var isNegative = clock.StartsWith("-");
        if (Clock(isNegative ? clock[1..] : clock, 838) is not { } nanos) return ColumnValue.Of(text);
        return ColumnValue.Time(isNegative ? -nanos : nanos);
    }

    /// <summary>Days since 1970 of <c>year-month-day</c>, proleptic Gregorian; year 0 is 1 BC, and years may have any number of digits.</summary>
    private static long? Days(ReadOnlySpan<char> text)
    {
        if (text.Length < 7 || text[^3] != '-' || text[^6] != '-') return null;
        if (!int.TryParse(text[..^6], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var year)
            || !int.TryParse(text[^5..^3], NumberStyles.None, CultureInfo.InvariantCulture, out var month)
            || !int.TryParse(text[^2..], NumberStyles.None, CultureInfo.InvariantCulture, out var day)) return null;
        return new CivilDate(year, month, day).ToDays();
    }

    /// <summary>Nanoseconds since midnight UTC of <c>hours:minutes[:seconds[.fraction]]</c> with <c>Z</c>, <c>±hh:mm</c> or no zone (read as UTC).</summary>
    private static long? NanosOfDay(ReadOnlySpan<char> text)
    {
        var offset = 0L;
        if (text.EndsWith("Z")) text = text[..^1];
        else if (text.LastIndexOfAny('+', '-') is var sign and >= 0)
        {
            if (Clock(text[(sign + 1)..], 18) is not { } east) return null;
            offset = text[sign] == '-' ? -east : east;
            text = text[..sign];
        }

        return Clock(text, 24) - offset;
    }

    /// <summary><c>hours:minutes[:seconds[.fraction]]</c>; an offset may be hours alone.</summary>
    private static long? Clock(ReadOnlySpan<char> text, int mostHours)
    {
        var colon = text.IndexOf(':');
        var rest = colon < 0 ? default : text[(colon + 1)..];
        if (!int.TryParse(colon < 0 ? text : text[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) || hours > mostHours) return null;
        if (colon < 0) return mostHours == 18 ? hours * NanosPerHour : null;
        var end = rest.IndexOf(':');
        if (!int.TryParse(end < 0 ? rest : rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) || minutes > 59) return null;
        var nanos = (hours * NanosPerHour) + (minutes * NanosPerMinute);
        return end < 0 ? nanos : nanos + Seconds(rest[(end + 1)..]);
    }

    /// <summary>Nanoseconds of <c>ss[.fraction]</c>, up to nine decimals.</summary>
    private static long? Seconds(ReadOnlySpan<char> text)
    {
        var dot = text.IndexOf('.');
        if (!int.TryParse(dot < 0 ? text : text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 60) return null;
        if (dot < 0) return seconds * NanosPerSecond;
        var fraction = text[(dot + 1)..];
        if (fraction.Length is 0 or > 9 || !long.TryParse(fraction, NumberStyles.None, CultureInfo.InvariantCulture, out var nanos)) return null;
        for (var digits = fraction.Length; digits < 9; digits++) nanos *= 10;
        return (seconds * NanosPerSecond) + nanos;
    }

    /// <summary>Negative where there is another character than a digit.</summary>
    private static int Digits(ReadOnlySpan<byte> utf8)
    {
        var number = 0;
        foreach (var digit in utf8)
        {
            if (digit is < (byte)'0' or > (byte)'9') return -1;
            number = (number * 10) + (digit - '0');
        }

        return number;
    }
}
