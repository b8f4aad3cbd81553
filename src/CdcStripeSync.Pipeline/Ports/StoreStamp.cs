namespace CdcStripeSync.Pipeline.Ports;

/// <summary>The account and mode a store belongs to; written at first use, refused ever after when different.</summary>
/// <param name="Account"><c>acct_…</c></param>
/// <param name="Mode"><c>test</c> or <c>live</c></param>
public sealed record StoreStamp(string Account, string Mode);
