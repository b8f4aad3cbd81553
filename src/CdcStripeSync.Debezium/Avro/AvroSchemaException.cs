namespace CdcStripeSync.Debezium.Avro;

/// <summary>A schema that is no Avro schema.</summary>
public sealed class AvroSchemaException(string message, Exception? inner = null) : Exception(message, inner);
