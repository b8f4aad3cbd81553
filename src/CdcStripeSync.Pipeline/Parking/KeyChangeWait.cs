using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Parking;

/// <summary>A row that came from a key of which nothing is known: where that key's row came from, too, an object is on its way that is this row's. Pure.</summary>
internal static class KeyChangeWait
{
    public static ParkedRow Park(EntityKey key, EntityKey from, DateTimeOffset since) => new(
        key, ParkReason.KeyChange, "", $"its key was {from} before, of which nothing is read yet: it may have an object from there", "nothing to do: it goes on when that key's own records are read, or after a while", since);

    /// <summary>The wait is over, by whatever process and even if that dies before the row goes on: who looks next finds its patience at an end.</summary>
    public static ParkedRow Over(ParkedRow waits) => waits with { Since = DateTimeOffset.UnixEpoch };

    public static bool IsOver(ParkedRow waits) => waits.Since == DateTimeOffset.UnixEpoch;

    /// <summary>What a row waits for that moved to another key: if it has no object by now, on for what it waited for under the old one; for the row
    /// that waits under the new one already its object, or all that is known of it, has come.</summary>
    /// <param name="key">The new one.</param>
    public static ParkedRow? Moved(ParkedRow? under, ParkedRow? there, EntityKey key, bool hasNoObject)
    {
        if (hasNoObject && under is { Reason: ParkReason.KeyChange }) return under with { Key = key };
        return there is { Reason: ParkReason.KeyChange } ? Over(there) : null;
    }

    /// <summary>Whether nothing is created for the row yet.</summary>
    public static bool Holds(ParkedRow? parked, EntityState state, DateTimeOffset now, TimeSpan patience) =>
        parked is { Reason: ParkReason.KeyChange, Approved: false } && state is { RowExists: true, StripeId: null, Intent: null } && now - parked.Since < patience;
}
