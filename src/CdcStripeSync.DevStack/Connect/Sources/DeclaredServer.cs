namespace CdcStripeSync.DevStack.Connect.Sources;

/// <summary>A server with its roles, databases and replication slots.</summary>
public sealed class DeclaredServer(string host, int port)
{
    public string Host { get; } = host;

    public int Port { get; } = port;

    /// <summary>Roles with their passwords; null lets anyone in who names the role.</summary>
    public IDictionary<string, string?> Roles { get; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    public IDictionary<string, DeclaredDatabase> Databases { get; } = new Dictionary<string, DeclaredDatabase>(StringComparer.Ordinal);

    /// <summary>Slots by name.</summary>
    public IDictionary<string, DeclaredSlot> Slots { get; } = new Dictionary<string, DeclaredSlot>(StringComparer.Ordinal);
}
