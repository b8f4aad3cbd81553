namespace CdcStripeSync.Core.Mapping;

/// <summary>How many archives, deletions or price changes of one resource may pass within a sliding window; the excess is parked.</summary>
/// <param name="Share">Of the resource's objects, more than 0 to 1.</param>
/// <param name="AtLeast">So many always pass.</param>
/// <param name="Window">The sliding window's length.</param>
/// <param name="CountsCreates">Creations count too.</param>
public sealed record BreadthLimit(decimal Share, int AtLeast, TimeSpan Window, bool CountsCreates)
{
    public static BreadthLimit Default { get; } = new(0.2m, 20, TimeSpan.FromMinutes(10), CountsCreates: false);

    /// <summary>How many may pass among so many objects: both limits must be exceeded before one is held.</summary>
    public long Allowance(long objects) => Math.Max(AtLeast, (long)Math.Floor(Share * objects));
}
