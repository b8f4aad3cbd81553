namespace CdcStripeSync.DevStack.Connector;

/// <summary>Is told what happens to the connector. Called on the connector's own flow: return quickly.</summary>
public interface IConnectorEvents
{
    void Report(ConnectorEvent connectorEvent);
}
