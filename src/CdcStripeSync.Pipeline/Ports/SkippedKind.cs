namespace CdcStripeSync.Pipeline.Ports;

public enum SkippedKind
{
    Tombstone,
    Heartbeat,
    Transaction,
    Message,
    SchemaChange,
    /// <summary>A table that the mapping does not name.</summary>
    Unmapped,
}
