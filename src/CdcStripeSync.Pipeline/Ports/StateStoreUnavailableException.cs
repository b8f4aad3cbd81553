namespace CdcStripeSync.Pipeline.Ports;

/// <summary>The state store cannot be reached: nothing was written; consuming pauses until it is back.</summary>
public sealed class StateStoreUnavailableException(string message, Exception inner) : Exception(message, inner);
