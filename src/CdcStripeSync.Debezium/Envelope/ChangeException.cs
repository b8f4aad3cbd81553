namespace CdcStripeSync.Debezium.Envelope;

/// <summary>A record whose parts were read, but which make no change.</summary>
internal sealed class ChangeException(string message) : Exception(message);
