namespace CdcStripeSync.DevStack.Registry;

/// <summary>One version of a subject; versions count from 1.</summary>
public sealed record SchemaVersion(string Subject, int Version, int Id, string Schema);
