namespace CdcStripeSync.Pipeline.Ports;

/// <summary>The store is not what it was when it confirmed this process's earlier writes: it was put back to an older time meanwhile. Nothing of the batch
/// stands, and nothing that the process remembers may be relied on.</summary>
public sealed class StateStoreFellBackException(string message, Exception? inner = null) : Exception(message, inner);
