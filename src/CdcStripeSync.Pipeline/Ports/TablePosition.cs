using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>The newest truncate of a table: rows below it are gone, older rows read later are ignored. Also holds the table's epoch.</summary>
public sealed record TablePosition(TableId Table, int Epoch, StreamPosition? TruncatedAt)
{
    /// <summary>Whether the store takes it instead of the one that stands: a truncate that is read again never takes back a newer one. A table's
    /// truncates wait for each other, so they are in the order of their commits.</summary>
    public bool Replaces(TablePosition standing) => Epoch > standing.Epoch
        || (Epoch == standing.Epoch && !(TruncatedAt?.CommittedAt is { } mine && standing.TruncatedAt?.CommittedAt is { } theirs && mine < theirs));
}
