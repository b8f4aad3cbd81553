namespace CdcStripeSync.Pipeline.Ports;

/// <summary>What a record said of the columns that the mapping reads, kept so that a later record can be compared with it undecoded.</summary>
public abstract class RecordImage
{
    /// <summary>Kafka's key of the record, whole.</summary>
    public abstract ReadOnlyMemory<byte> Key { get; }

    /// <summary>Bytes that it keeps.</summary>
    public abstract int Size { get; }
}
