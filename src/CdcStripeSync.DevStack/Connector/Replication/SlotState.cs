namespace CdcStripeSync.DevStack.Connector.Replication;

/// <summary>A replication slot as the server shows it.</summary>
/// <param name="ConfirmedLsn">Everything before it has been confirmed.</param>
/// <param name="Lost">The server removed WAL that the slot needed.</param>
internal readonly record struct SlotState(ulong ConfirmedLsn, bool Lost, bool Active);
