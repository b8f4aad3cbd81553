using System.Globalization;

namespace CdcStripeSync.Core.Values;

/// <summary>A point in time beyond <see cref="DateTime"/>'s range: years before Christ and PostgreSQL's infinities exist in databases.</summary>
/// <param name="Seconds">Seconds since 1970-01-01T00:00:00Z, floor.</param>
/// <param name="Nanos">0 to 999,999,999.</param>
public readonly record struct Instant(long Seconds, int Nanos) : IComparable<Instant>
{
    private const long SecondsPerDay = 86_400;
    private const int NanosPerMilli = 1_000_000;

    public static readonly Instant PositiveInfinity = new(long.MaxValue, 0);

    public static readonly Instant NegativeInfinity = new(long.MinValue, 0);

    public bool IsInfinite => Seconds is long.MaxValue or long.MinValue;

    public static Instant FromNanos(Int128 nanos)
    {
        var seconds = nanos / 1_000_000_000;
        var rest = nanos % 1_000_000_000;
        if (rest < 0)
        {
            seconds--;
            rest += 1_000_000_000;
        }

        return new Instant((long)seconds, (int)rest);
    }

    public static Instant FromNanos(long nanos) => Parts(nanos, 1_000_000_000);

    public static Instant FromMicros(long micros) => Parts(micros, 1_000_000);

    public static Instant FromMillis(long millis) => Parts(millis, 1_000);

    private static Instant Parts(long count, long perSecond)
    {
        var (seconds, rest) = Math.DivRem(count, perSecond);
        if (rest < 0) (seconds, rest) = (seconds - 1, rest + perSecond);
        return new Instant(seconds, (int)(rest * (1_000_000_000 / perSecond)));
    }

    /// <summary>Later, and not merely told more finely: a whole millisecond may be any time within it, as an older version of what wrote it had no finer clock.</summary>
    public bool IsSurelyAfter(Instant other) =>
        this > other && !(other.Nanos % NanosPerMilli == 0 && Seconds == other.Seconds && Nanos / NanosPerMilli == other.Nanos / NanosPerMilli);

    public int CompareTo(Instant other) => (Seconds, Nanos).CompareTo((other.Seconds, other.Nanos));

    public static bool operator <(Instant left, Instant right) => left.CompareTo(right) < 0;

    public static bool operator >(Instant left, Instant right) => left.CompareTo(right) > 0;

    public static bool operator <=(Instant left, Instant right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Instant left, Instant right) => left.CompareTo(right) >= 0;

    /// <summary>ISO 8601 in UTC, years before Christ and past 9999 with a sign; the infinities by name.</summary>
    public override string ToString()
    {
        if (Seconds == long.MaxValue) return "infinity";
        if (Seconds == long.MinValue) return "-infinity";
        var days = Math.DivRem(Seconds, SecondsPerDay, out var rest);
        if (rest < 0) (days, rest) = (days - 1, rest + SecondsPerDay);
        var text = string.Create(CultureInfo.InvariantCulture, $"{CivilDate.FromDays(days)}T{rest / 3600:D2}:{rest / 60 % 60:D2}:{rest % 60:D2}");
        return Nanos == 0 ? text + "Z" : text + "." + Nanos.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0') + "Z";
    }
}
