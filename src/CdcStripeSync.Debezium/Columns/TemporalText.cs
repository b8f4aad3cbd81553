using System.Globalization;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Debezium.Columns;

/// <summary>Dates and times that the connector wrote as text: ISO 8601, with or without zone, years before Christ, infinities.</summary>
internal static class TemporalText
{
    private const string Infinity = "infinity";

    public static ColumnValue Timestamp(string text)
    {
        if (text == Infinity) return ColumnValue.Of(Instant.PositiveInfinity);
        if (text == "-" + Infinity) return ColumnValue.Of(Instant.NegativeInfinity);
        return TryInstant(text, out var instant) ? ColumnValue.Of(instant) : ColumnValue.Of(text);
    }

    public static ColumnValue Date(string text)
    {
        if (text == Infinity) return ColumnValue.Date(long.MaxValue);
        if (text == "-" + Infinity) return ColumnValue.Date(long.MinValue);
        var day = text.TrimEnd('Z');
        return DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? ColumnValue.Date(date.DayNumber - 719_162)
            : ColumnValue.Of(text);
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

    /// <summary>Seconds may have up to nine decimals, more than .NET's own types keep.</summary>
    private static bool TryInstant(string text, out Instant instant)
    {
        instant = default;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var nanos = 0;
        var plain = text;
        if (dot >= 0)
        {
            var end = dot + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
            var digits = text[(dot + 1)..end];
            if (digits.Length is 0 or > 9) return false;
            nanos = int.Parse(digits.PadRight(9, '0'), CultureInfo.InvariantCulture);
            plain = text[..dot] + text[end..];
        }

        if (!DateTimeOffset.TryParse(plain, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return false;
        instant = new Instant(time.ToUnixTimeSeconds(), nanos);
        return true;
    }
}
