using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Projection;

/// <param name="Jumps">First steps of union branches.</param>
/// <param name="Trees">Schemas that are passed over by their tree.</param>
/// <param name="Paths">The field that each step reads, for errors.</param>
internal sealed record StepProgram(Step[] Steps, int[] Jumps, AvroSchema[] Trees, string[] Paths);
