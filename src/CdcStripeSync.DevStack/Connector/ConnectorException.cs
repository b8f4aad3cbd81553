namespace CdcStripeSync.DevStack.Connector;

/// <summary>The connector cannot go on; the message says what to do.</summary>
public sealed class ConnectorException : Exception
{
    public ConnectorException(string message)
        : base(message)
    {
    }

    public ConnectorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
