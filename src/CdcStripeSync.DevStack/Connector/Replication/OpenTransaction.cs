namespace CdcStripeSync.DevStack.Connector.Replication;

/// <summary>The transaction whose changes are being received.</summary>
/// <param name="FinalLsn">Position of its commit record: what its records carry as position.</param>
internal readonly record struct OpenTransaction(long Id, ulong FinalLsn, DateTimeOffset CommitTime);
