namespace CdcStripeSync.DevStack.Connector;

/// <summary><c>publication.autocreate.mode</c>.</summary>
public enum PublicationMode
{
    AllTables,
    Disabled,
    Filtered,
}
