namespace CdcStripeSync.Debezium.Envelope;

/// <summary>What is read of an envelope besides the row: the operation, and of <c>source</c> what says which change this is. Others (version,
/// thread, query …) are passed over.</summary>
internal enum EnvelopeField : byte
{
    Other,
    Op,
    Connector,
    Schema,
    Db,
    Table,
    Snapshot,
    Sequence,
    Lsn,
    TransactionId,
    Gtid,
    File,
    Pos,
    RowNumber,
    ServerId,
    Millis,
    Micros,
    Nanos,
}
