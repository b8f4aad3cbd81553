namespace CdcStripeSync.DevStack.Connect.Sources;

/// <summary>A database that exists only by being declared: enough of it for connectors to be deployed against.</summary>
public sealed class DeclaredDatabase(string name)
{
    public string Name { get; } = name;

    /// <summary><c>schema.table</c>, those that have rows.</summary>
    public IList<string> Tables { get; } = [];

    public ISet<string> Publications { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Where its log stands.</summary>
    public ulong Lsn { get; set; } = 0x1500000;

    public long TransactionId { get; set; } = 700;
}
