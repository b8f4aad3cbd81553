namespace CdcStripeSync.Connect.Rest;

/// <summary>How one task does.</summary>
/// <param name="Trace">The Java stack trace of a failure; null while there is none.</param>
public sealed record TaskStatus(int Id, ConnectorState State, string StateName, string? WorkerId, string? Trace);
