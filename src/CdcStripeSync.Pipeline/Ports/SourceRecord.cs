using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>One Kafka record as it stood on the wire.</summary>
/// <param name="Timestamp">Milliseconds since 1970 as Kafka kept it (append or create time).</param>
/// <param name="Key">Null where the record has none.</param>
/// <param name="Value">Null for a tombstone.</param>
public sealed record SourceRecord(
    RecordOrigin Origin, long Timestamp, ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte>? Value, IReadOnlyList<RecordHeader> Headers);
