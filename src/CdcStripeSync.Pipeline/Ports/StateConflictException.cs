namespace CdcStripeSync.Pipeline.Ports;

/// <summary>Another process wrote one of the batch's entities meanwhile: nothing of the batch stands. The caller reads again and decides anew.</summary>
public sealed class StateConflictException(string message, Exception? inner = null) : Exception(message, inner);
