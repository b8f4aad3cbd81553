namespace CdcStripeSync.Debezium.Projection;

/// <summary>One step of a compiled projection.</summary>
internal readonly record struct Step(StepKind Kind, int A = 0, int B = 0);
