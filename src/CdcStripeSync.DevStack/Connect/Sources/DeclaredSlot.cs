namespace CdcStripeSync.DevStack.Connect.Sources;

/// <summary>A replication slot.</summary>
/// <param name="Confirmed">Up to where its reader has confirmed.</param>
/// <param name="ActivePid">The server process that reads it; null while nobody does.</param>
public sealed record DeclaredSlot(ulong Confirmed, int? ActivePid);
