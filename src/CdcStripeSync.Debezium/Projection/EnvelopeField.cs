namespace CdcStripeSync.Debezium.Projection;

/// <summary>What a projection reads of an envelope besides the row: the operation, and of <c>source</c> table and position.</summary>
internal enum EnvelopeField
{
    Op,
    Snapshot,
    Schema,
    Db,
    Table,
    Lsn,
    Sequence,
    File,
    Pos,
    RowNumber,
    ServerId,
    Millis,
    Micros,
    Nanos,
}
