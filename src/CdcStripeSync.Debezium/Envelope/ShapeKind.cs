namespace CdcStripeSync.Debezium.Envelope;

/// <summary>What a value's schema says the record is.</summary>
internal enum ShapeKind
{
    Envelope,
    /// <summary>A bare row: <c>ExtractNewRecordState</c>.</summary>
    Unwrapped,
    Heartbeat,
    Transaction,
    Message,
    SchemaChange,
    Notification,
    /// <summary>CloudEvents' envelope around Debezium's.</summary>
    CloudEvent,
}
