namespace CdcStripeSync.App.Connectors;

/// <summary>Restarts of one connector.</summary>
internal sealed record RestartCount(int Times, DateTimeOffset Last);
