using CdcStripeSync.Debezium.Envelope;

namespace CdcStripeSync.Debezium.Avro;

/// <param name="HasDefault">The field has a default other than null (Avro's, or Connect's on its type).</param>
public sealed record AvroField(string Name, AvroSchema Schema, bool HasDefault = false)
{
    /// <summary>What it is in Debezium's <c>source</c>, should its record be one.</summary>
    internal EnvelopeField Source { get; } = SourceBlock.FieldOf(Name);
}
