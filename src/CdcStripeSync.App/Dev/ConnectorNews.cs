using CdcStripeSync.DevStack.Connector;
using CdcStripeSync.Pipeline.Observing;

namespace CdcStripeSync.App.Dev;

/// <summary>Passes on what of the connector's events a person should know.</summary>
internal sealed class ConnectorNews(IDeliveryObserver observer) : IConnectorEvents
{
    public void Report(ConnectorEvent connectorEvent)
    {
        if (connectorEvent.Kind is ConnectorEventKind.SlotLost or ConnectorEventKind.ColumnSkipped or ConnectorEventKind.TableSkipped or ConnectorEventKind.ConnectionLost)
            observer.Alarm(connectorEvent.Message, "the connector goes on");
    }
}
