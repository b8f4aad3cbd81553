namespace CdcStripeSync.DevStack.Connector;

/// <summary>What can happen to a connector that a person wants to know.</summary>
public enum ConnectorEventKind
{
    PublicationCreated,
    PublicationChanged,
    SlotCreated,
    SlotLost,
    SnapshotStarted,
    SnapshotTable,
    SnapshotRead,
    SnapshotSettled,
    StreamingStarted,
    SchemaChanged,
    ColumnSkipped,
    TableSkipped,
    ConnectionLost,
}
