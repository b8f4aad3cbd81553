using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.State;

/// <summary>The last streamed position that an entity applied, in its epoch.</summary>
/// <param name="Epoch">Grows with each fail-over, restore, complete new snapshot or operator's word; an older epoch blocks nothing.</param>
/// <param name="Position">Position of the last streamed event applied; None when only snapshot rows were.</param>
/// <param name="CommittedAt">Commit time of that event.</param>
public readonly record struct StreamPosition(int Epoch, SourcePosition Position, Instant? CommittedAt)
{
    /// <summary>Commit time of the newest change of an older epoch; null in the first. What is not later than it is of an older epoch, whatever its
    /// position: it is read again.</summary>
    public Instant? Since { get; init; }
}
