using System.Globalization;

namespace CdcStripeSync.Core.Values;

/// <summary>A day of the proleptic Gregorian calendar beyond <see cref="DateOnly"/>'s range: databases hold years before Christ and past 9999.</summary>
/// <param name="Year">ISO 8601's: 0 is 1 BC, -1 is 2 BC.</param>
public readonly record struct CivilDate(long Year, int Month, int Day)
{
    private const int DaysPerEra = 146_097;
    private const int EpochInEra = 719_468;

    /// <param name="days">Days since 1970-01-01.</param>
    public static CivilDate FromDays(long days)
    {
        var shifted = (Int128)days + EpochInEra; // since 0000-03-01, so that the leap day ends a year
        var era = (long)(shifted / DaysPerEra);
        var dayOfEra = (int)(shifted % DaysPerEra);
        if (dayOfEra < 0) (era, dayOfEra) = (era - 1, dayOfEra + DaysPerEra);
        var yearOfEra = (dayOfEra - (dayOfEra / 1_460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var monthFromMarch = ((5 * dayOfYear) + 2) / 153;
        var month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        return new CivilDate((era * 400) + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (((153 * monthFromMarch) + 2) / 5) + 1);
    }

    /// <summary>Days since 1970-01-01; null where the calendar has no such day.</summary>
    public long? ToDays()
    {
        if (Month is < 1 or > 12 || Day < 1 || Math.Abs(Year) > int.MaxValue || Day > DateTime.DaysInMonth(IsLeap(Year) ? 2000 : 2001, Month)) return null;
        var fromMarch = Month > 2 ? Year : Year - 1;
        var era = Math.DivRem(fromMarch, 400, out var ofEra);
        if (ofEra < 0) (era, ofEra) = (era - 1, ofEra + 400);
        var dayOfYear = ((153 * (Month + (Month > 2 ? -3 : 9))) + 2) / 5 + Day - 1;
        return (era * DaysPerEra) + (ofEra * 365) + (ofEra / 4) - (ofEra / 100) + dayOfYear - EpochInEra;
    }

    /// <summary>ISO 8601: four digits of a year at least, more with a sign: <c>0000-01-01</c>, <c>-4712-01-01</c>, <c>+12026-01-01</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Year < 0 ? "-" : Year > 9999 ? "+" : "")}{Math.Abs(Year):D4}-{Month:D2}-{Day:D2}");

    private static bool IsLeap(long year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}
