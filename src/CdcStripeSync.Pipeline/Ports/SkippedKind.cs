namespace CdcStripeSync.Pipeline.Ports;

public enum SkippedKind
{
    Tombstone,
    Heartbeat,
    Transaction,
    Message,
    SchemaChange,
    /// <summary>The connector on itself: progress of snapshots.</summary>
    Notification,
    /// <summary>What the connector is asked for, in its signal topic.</summary>
    Signal,
    /// <summary>A table that the mapping does not name.</summary>
    Unmapped,
    /// <summary>Read again after a start, and settled before it.</summary>
    SettledBefore,
}
