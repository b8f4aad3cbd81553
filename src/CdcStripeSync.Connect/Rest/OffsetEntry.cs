namespace CdcStripeSync.Connect.Rest;

/// <summary>How far a connector has read one of its source partitions; both parts are the connector's own JSON.</summary>
public sealed record OffsetEntry(string Partition, string? Offset);
