using System.Globalization;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Dates and timestamps as points in time.</summary>
internal static class ColumnTime
{
    private const long SecondsPerDay = 86_400;

    /// <param name="value">A date or a timestamp.</param>
    public static Instant ToInstant(ColumnValue value)
    {
        if (value.Kind == ColumnKind.Timestamp) return value.AsInstant;
        return value.AsDays switch
        {
            long.MaxValue => Instant.PositiveInfinity,
            long.MinValue => Instant.NegativeInfinity,
            var days => new Instant(days * SecondsPerDay, 0),
        };
    }

    /// <summary>Reads a date or time in ISO 8601; without an offset it is UTC. <c>2026-01-01Z</c> is a date that Debezium's isostring mode writes.</summary>
    public static bool TryParse(string text, out Instant time)
    {
        time = default;
        if (text.Length == 11 && text[^1] == 'Z') text = text[..^1];
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var parsed)) return false;
        time = Instant.FromNanos((Int128)(parsed.UtcTicks - DateTime.UnixEpoch.Ticks) * 100);
        return true;
    }
}
