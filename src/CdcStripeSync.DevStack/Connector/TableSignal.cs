namespace CdcStripeSync.DevStack.Connector;

/// <summary>A row that was inserted into the signal table; its first three columns, whatever they are called.</summary>
public sealed record TableSignal(string Id, string Type, string Data);
