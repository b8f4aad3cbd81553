namespace CdcStripeSync.Debezium.Envelope;

/// <summary>The fields of Debezium's <c>source</c> that say which change this is. Others (version, thread, query …) are passed over.</summary>
internal enum SourceField : byte
{
    Other,
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
