using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Registry;

/// <summary>A schema, or why there is none: an unknown id, or a text that is no Avro schema.</summary>
public readonly record struct SchemaLookup(AvroSchema? Schema, string? Error);
