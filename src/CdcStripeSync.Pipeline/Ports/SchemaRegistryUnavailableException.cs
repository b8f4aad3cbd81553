namespace CdcStripeSync.Pipeline.Ports;

/// <summary>The registry cannot be reached or fails for this schema: nothing is wrong with the record, it waits.</summary>
public sealed class SchemaRegistryUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
