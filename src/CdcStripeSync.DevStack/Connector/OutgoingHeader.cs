namespace CdcStripeSync.DevStack.Connector;

public readonly record struct OutgoingHeader(string Key, byte[] Value);
