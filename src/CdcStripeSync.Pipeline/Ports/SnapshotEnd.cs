using System.Collections.Immutable;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>The newest complete snapshot that has read a table to its last row. Rows that it did not contain are presumed gone once all partitions of the
/// topic have been read to where they ended a while after that row was.</summary>
/// <param name="Position">The place in the log at which the table was read: every row of the snapshot carries it.</param>
/// <param name="At">The source's clock then: <c>source.ts_ms</c> of the last row.</param>
/// <param name="Marker">The partition of the last row: whoever has it looks after the rest.</param>
/// <param name="ReadAt">When the last row was read here.</param>
public sealed record SnapshotEnd(TableId Table, SourcePosition Position, Instant At, PartitionId Marker, DateTimeOffset ReadAt)
{
    /// <summary>Partition → the offset behind its newest record, as the topic stood a while after the last row was read; null until that was asked.</summary>
    public ImmutableSortedDictionary<int, long>? Ends { get; init; }

    /// <summary>Every row that the snapshot did not contain has been looked after.</summary>
    public bool IsSwept { get; init; }

    /// <summary>Whether the store takes it instead of the one that stands: a last row that is read again takes back nothing.</summary>
    public bool Replaces(SnapshotEnd standing) => At > standing.At || (IsOf(standing) && Stage > standing.Stage);

    /// <summary>The same snapshot of the table.</summary>
    public bool IsOf(SnapshotEnd other) => Table == other.Table && Position == other.Position && At == other.At;

    private int Stage => IsSwept ? 2 : Ends is null ? 0 : 1;
}
