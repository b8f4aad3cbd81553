namespace CdcStripeSync.DevStack.Connector;

/// <summary>A Kafka record as Debezium would write it.</summary>
/// <param name="Partition">Null: the default partitioner decides (murmur2 of the key; any partition when the key is null).</param>
/// <param name="Value">Null: a tombstone.</param>
/// <param name="Position">The commit position (LSN) of the record's transaction, or the snapshot's; what <see cref="ISettledPositions"/>
/// counts in. It never falls while one connection to the database lasts; a heartbeat repeats that of the record before it.</param>
public sealed record OutgoingRecord(
    string Topic,
    int? Partition,
    byte[]? Key,
    byte[]? Value,
    IReadOnlyList<OutgoingHeader> Headers,
    DateTimeOffset Timestamp,
    ulong Position);
