namespace CdcStripeSync.Debezium.Envelope;

/// <summary>A part of the envelope that was added to a bare row.</summary>
/// <param name="OfSource">It stands in <c>source</c>, else in the envelope itself or elsewhere in it.</param>
internal readonly record struct AddedPart(bool OfSource, string Name);
