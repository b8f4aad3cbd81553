namespace CdcStripeSync.DevStack.Connector;

/// <summary>The configuration cannot be used; every reason is listed.</summary>
public sealed class ConnectorConfigurationException(IReadOnlyList<string> errors)
    : Exception("The connector's configuration cannot be used:" + string.Concat(errors.Select(e => $"\n  {e}")))
{
    public IReadOnlyList<string> Errors { get; } = errors;
}
