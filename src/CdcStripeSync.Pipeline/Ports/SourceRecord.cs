using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>One Kafka record as it stood on the wire.</summary>
/// <param name="Timestamp">Milliseconds since 1970 as Kafka kept it (append or create time).</param>
/// <param name="Key">Null where the record has none.</param>
/// <param name="Value">Null for a tombstone.</param>
public sealed record SourceRecord(
    RecordOrigin Origin, long Timestamp, ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte>? Value, IReadOnlyList<RecordHeader> Headers)
{
    /// <summary>How often its source had called <see cref="IPartitionHandler.AssignedAsync"/> when it read this: one that was read before its
    /// partition was lost and came back, and waited in a buffer meanwhile, is known by it. 0 where a source never loses a partition.</summary>
    public int Assignment { get; init; }

    /// <summary>The partition's end (the offset after its last record) as it was known when this was read: up to there, more is coming. 0 where that is
    /// not known, or nothing more is known to come.</summary>
    public long End { get; init; }
}
