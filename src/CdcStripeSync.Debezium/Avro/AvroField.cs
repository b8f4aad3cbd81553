namespace CdcStripeSync.Debezium.Avro;

public sealed record AvroField(string Name, AvroSchema Schema);
