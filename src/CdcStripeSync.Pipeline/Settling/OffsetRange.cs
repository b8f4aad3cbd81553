namespace CdcStripeSync.Pipeline.Settling;

/// <summary>Offsets of one partition, both ends inclusive.</summary>
public readonly record struct OffsetRange(long First, long Last);
