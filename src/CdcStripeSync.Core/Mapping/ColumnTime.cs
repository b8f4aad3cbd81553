using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Dates and timestamps as points in time.</summary>
internal static class ColumnTime
{
    private const long SecondsPerDay = 86_400;

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
}
