namespace CdcStripeSync.DevStack.Avro;

/// <summary>The primitive types that Debezium's schemas use.</summary>
public enum AvroKind
{
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
}
