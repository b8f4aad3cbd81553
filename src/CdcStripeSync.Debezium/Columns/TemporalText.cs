using System.Globalization;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Debezium.Columns;

/// <summary>Dates and times that the connector wrote as text: ISO 8601, with or without zone, years before Christ, infinities.</summary>
internal static class TemporalText
{
    private const string Infinity = "infinity";
    private const long NanosPerDay = 86_400_000_000_000;

    public static ColumnValue Timestamp(string text)
    {
        if (text == Infinity) return ColumnValue.Of(Instant.PositiveInfinity);
        if (text == "-" + Infinity) return ColumnValue.Of(Instant.NegativeInfinity);
        var t = text.IndexOf('T', StringComparison.Ordinal);
        if (t < 0 || Days(text.AsSpan(0, t)) is not { } days || NanosOfDay(text.AsSpan(t + 1)) is not { } nanos) return ColumnValue.Of(text);
        var whole = ((Int128)days * NanosPerDay) + nanos;
        return SemanticTypes.Timestamp(whole, (long)Int128.Clamp(whole / 1_000, long.MinValue, long.MaxValue));
    }

    public static ColumnValue Date(string text)
    {
        if (text == Infinity) return ColumnValue.Date(long.MaxValue);
        if (text == "-" + Infinity) return ColumnValue.Date(long.MinValue);
        return Days(text.AsSpan().TrimEnd('Z')) is { } days ? SemanticTypes.Date(days) : ColumnValue.Of(text);
    }

    public static ColumnValue Time(string text)
    {
        var clock = text.TrimEnd('Z');
        var parts = clock.Split(':');
        if (parts.Length != 3 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) || !ExactDecimal.TryParse(parts[2], out var seconds))
            return ColumnValue.Of(text);
        var nanos = seconds.ScaleByPowerOfTen(9);
        return nanos.IsInteger ? ColumnValue.Time((((hours * 60) + minutes) * 60_000_000_000) + (long)nanos.Unscaled) : ColumnValue.Of(text);
    }

    /// <summary>Days since 1970 of <c>year-month-day</c>, proleptic Gregorian; year 0 is 1 BC, and years may have any number of digits.</summary>
    private static long? Days(ReadOnlySpan<char> text)
    {
        if (text.Length < 7 || text[^3] != '-' || text[^6] != '-') return null;
        if (!int.TryParse(text[..^6], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var year)
            || !int.TryParse(text[^5..^3], NumberStyles.None, CultureInfo.InvariantCulture, out var month)
            || !int.TryParse(text[^2..], NumberStyles.None, CultureInfo.InvariantCulture, out var day)) return null;
        if (month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(IsLeap(year) ? 2000 : 2001, month)) return null;
        long sinceMarch = month > 2 ? year : year - 1L;
        var era = Math.DivRem(sinceMarch, 400, out var ofEra);
        if (ofEra < 0) (era, ofEra) = (era - 1, ofEra + 400);
        var dayOfYear = ((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5 + day - 1;
        return (era * 146_097) + (ofEra * 365) + (ofEra / 4) - (ofEra / 100) + dayOfYear - 719_468;
    }

    private static bool IsLeap(int year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    /// <summary>Nanoseconds since midnight UTC of <c>hours:minutes[:seconds[.fraction]]</c> with <c>Z</c>, <c>±hh:mm</c> or no zone (read as UTC).</summary>
    private static long? NanosOfDay(ReadOnlySpan<char> text)
    {
        var offset = 0L;
        if (text.EndsWith("Z")) text = text[..^1];
        else if (text.LastIndexOfAny('+', '-') is var sign and >= 0)
        {
            if (Clock(text[(sign + 1)..]) is not { } east) return null;
            offset = text[sign] == '-' ? -east : east;
            text = text[..sign];
        }

        return Clock(text) - offset;
    }

    private static long? Clock(ReadOnlySpan<char> text)
    {
        if (text.Length < 5 || text[2] != ':') return null;
        var seconds = ExactDecimal.FromInt64(0);
        if (!int.TryParse(text[..2], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) || hours > 24
            || !int.TryParse(text[3..5], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) || minutes > 59) return null;
        if (text.Length > 5 && (text[5] != ':' || !char.IsAsciiDigit(text[^1]) || !ExactDecimal.TryParse(text[6..].ToString(), out seconds))) return null;
        if (seconds < 0 || seconds > 60) return null;
        var nanos = seconds.ScaleByPowerOfTen(9);
        return nanos.IsInteger ? (((hours * 60L) + minutes) * 60_000_000_000) + (long)nanos.Unscaled : null;
    }
}
