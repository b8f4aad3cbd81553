namespace CdcStripeSync.Postgres.Source;

/// <summary>A replication slot.</summary>
/// <param name="Database">Null for physical replication.</param>
/// <param name="Pid">Of the server process that reads it; null while nobody does.</param>
/// <param name="WalStatus">reserved, extended, unreserved, lost; empty where the server does not tell.</param>
public sealed record SourceSlot(string Name, string? Database, bool Active, int? Pid, string WalStatus);
