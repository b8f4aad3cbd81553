namespace CdcStripeSync.DevStack.Connector;

/// <summary>One fact about the connector's run, in words for an operator.</summary>
public readonly record struct ConnectorEvent(ConnectorEventKind Kind, string Message);
