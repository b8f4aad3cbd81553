namespace CdcStripeSync.Connect.Rest;

/// <summary>A connector class that the worker has installed.</summary>
/// <param name="Type"><c>source</c> or <c>sink</c>.</param>
public sealed record Plugin(string Class, string Type, string? Version);
