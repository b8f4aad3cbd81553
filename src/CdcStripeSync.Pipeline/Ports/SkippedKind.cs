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
    /// <summary>A row that has null in a column of its key: it has no object.</summary>
    NoKey,
    /// <summary>Read again after a start, and settled before it.</summary>
    SettledBefore,
}
